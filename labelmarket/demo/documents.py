"""What the demo asks of the market: its queries and subscriptions."""

from typing import Final

RECOMMENDATIONS: Final = """
query($orderId: ID!, $waitFor: Position) {
  recommendations(orderId: $orderId, waitFor: $waitFor) {
    recommended {
      provider { id name } rank accuracy { mean } hours { mean } price { total currency }
    }
    excluded { provider { id name } exclusions { code message } }
  }
}"""
ORDER: Final = """
query($id: ID!, $waitFor: Position) {
  workOrder(id: $id, waitFor: $waitFor) {
    status
    offers { status sentAt answerBy endedAt provider { name } batch { id } }
  }
}"""
BATCH: Final = """
query($id: ID!) { batch(id: $id) { status items deliveredItems labels reportReady } }"""
PROJECT: Final = """
query($id: ID!, $waitFor: Position) { project(id: $id, waitFor: $waitFor) { status } }"""

REPORT: Final = """
query($batchId: ID, $projectId: ID, $of: ReportOf!) {
  report(batchId: $batchId, projectId: $projectId, of: $of) {
    images labels meanBestIou
    classes { name labels images }
    cooccurrence { a b images }
    density { name maxInOneImage shareOfTopImage gini }
    location { name quadrants }
  }
}"""

OPEN_OFFERS: Final = """
query($waitFor: Position) {
  offers(status: OPEN, first: 100, waitFor: $waitFor) { nodes { id projectName answerBy } }
}"""
WORK_ITEMS: Final = """
query($id: ID!, $first: Int!, $after: String, $waitFor: Position) {
  batch(id: $id, waitFor: $waitFor) {
    workItems(first: $first, after: $after) {
      nodes { key classes mediaUrl }
      pageInfo { hasNextPage endCursor }
    }
  }
}"""
PARTS_READ: Final = """
query($id: ID!, $waitFor: Position) {
  batch(id: $id, waitFor: $waitFor) {
    parts { number state labels problemCount refusedCode refusedMessage }
  }
}"""

EVENTS: Final = """
query($after: Position, $first: Int!) {
  events(after: $after, first: $first) {
    nodes { position type at projectId }
    pageInfo { hasNextPage endCursor }
  }
}"""

PROJECT_EVENTS: Final = """
subscription($projectId: ID!, $after: Position) {
  projectEvents(projectId: $projectId, after: $after) { position type at actor projectId }
}"""
OFFER_EVENTS: Final = """
subscription($after: Position) {
  offerEvents(after: $after) { position type at actor projectId }
}"""

ROUTED: Final = """
query($id: ID!, $waitFor: Position) {
  project(id: $id, waitFor: $waitFor) {
    oracleVersion
    predictions { version }
    learners { learned failedCode failedMessage }
  }
}"""
PLAN: Final = """
query($id: ID!, $waitFor: Position) {
  previewPlan(projectId: $id, waitFor: $waitFor) {
    saving
    problems
    classes { name route }
    tasks { machineItems machineLabels people { items currency price { mean } } }
  }
}"""
WHO: Final = """
query($id: ID!, $waitFor: Position) {
  project(id: $id, waitFor: $waitFor) {
    status
    classes { name route routeReason metric goldExamples }
    machineLabels { oracle version classes items labels }
    orders { batches { items labels provider { name } } }
  }
  report(projectId: $id, of: DELIVERED, waitFor: $waitFor) {
    labels machineLabels
    classes { name labels machineLabels }
  }
}"""
