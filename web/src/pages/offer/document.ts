/** What the pages of one offer ask of the API, and what comes back. */
import { graphql, type ResultOf } from "../../api/graphql";

export const OFFER = graphql(`
  query Offer($id: ID!, $waitFor: Position) {
    offer(id: $id, waitFor: $waitFor) {
      id status projectName taskType classes items sentAt answerBy deliverBy endedAt
      declineReason declineNote
      terms { currency setup perItem items total }
      instructions { number text }
      batch {
        id status items deliveredItems labels deliverBy overdue
        parts {
          number state labels items problemCount refusedMessage
          problems(first: 20) { row item code message }
        }
      }
    }
  }
`);

export const ITEMS = graphql(`
  query WorkItems($id: ID!, $first: Int!, $after: String, $waitFor: Position) {
    batch(id: $id, waitFor: $waitFor) {
      id
      workItems(first: $first, after: $after) {
        nodes { key width height mediaUrl classes }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`);

export const ACCEPT = graphql(`
  mutation Accept($input: AcceptOfferInput!) {
    acceptOffer(input: $input) { position errors { code message path } }
  }
`);

export const DECLINE = graphql(`
  mutation Decline($input: DeclineOfferInput!) {
    declineOffer(input: $input) { position errors { code message path } }
  }
`);

export const START = graphql(`
  mutation Start($input: StartWorkInput!) {
    startWork(input: $input) { position errors { code message path } }
  }
`);

export const CREATE_UPLOAD = graphql(`
  mutation CreateUpload($input: CreateUploadInput!) {
    createUpload(input: $input) { position errors { code message path } upload { id url } }
  }
`);

export const DELIVER = graphql(`
  mutation Deliver($input: DeliverLabelsInput!) {
    deliverLabels(input: $input) { position part errors { code message path } }
  }
`);

export type Offer = NonNullable<ResultOf<typeof OFFER>["offer"]>;
export type Batch = NonNullable<Offer["batch"]>;
export type Part = Batch["parts"][number];
