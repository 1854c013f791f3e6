/** What the project page asks of the API, and what comes back. */
import { graphql, type ResultOf } from "../../api/graphql";

export const PROJECT = graphql(`
  query Project($id: ID!, $waitFor: Position) {
    project(id: $id, waitFor: $waitFor) {
      id name dataType status itemCount goldLabels createdAt launchedAt routingThreshold
      oracleMetric
      target { accuracy deadline budget currency }
      classes {
        name critical route routeReason overridden oracle
        metric metricName metricLow metricHigh goldExamples
      }
      orders {
        id status secondOf
        requirement { taskType }
        rankedProviders { id name region workingNow opensAt }
        offers {
          id status round rank sentAt answerBy endedAt declineReason declineNote
          terms { currency setup perItem items total }
          provider { id name }
        }
        batches {
          id status items deliveredItems labels deliverBy overdue
          provider { id name }
          parts { number state labels items problemCount refusedMessage }
        }
      }
    }
  }
`);

export const FIRST_FACT = graphql(`
  query FirstFact($id: ID!) {
    events(first: 1, aggregateId: $id) { nodes { position type at actor aggregateId version } }
  }
`);

export const FACTS = graphql(`
  subscription Facts($projectId: ID!, $after: Position) {
    projectEvents(projectId: $projectId, after: $after) {
      position type at actor aggregateId version
    }
  }
`);

export type Project = NonNullable<ResultOf<typeof PROJECT>["project"]>;
export type Order = Project["orders"][number];
export type OfferLine = Order["offers"][number];
export type BatchLine = Order["batches"][number];
export type ClassLine = Project["classes"][number];
export type Fact = ResultOf<typeof FACTS>["projectEvents"];
