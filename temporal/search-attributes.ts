import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import type { Dispatch } from './gateway';

/** Registered by the launcher (scripts/services/temporal.ts) and by docker-compose.yml; set once, at start. */
const LANE = defineSearchAttributeKey('LuminateLane', SearchAttributeType.KEYWORD);
const APP = defineSearchAttributeKey('LuminateApp', SearchAttributeType.KEYWORD);
const MESSAGES = defineSearchAttributeKey('LuminateMessages', SearchAttributeType.INT);

/** What an operator may search dispatches by in the Temporal Web UI. Ids and counts only: search attributes are never encrypted. */
export function searchAttributesOf(dispatch: Dispatch): TypedSearchAttributes {
  return new TypedSearchAttributes([
    { key: LANE, value: dispatch.lane },
    { key: APP, value: dispatch.appId },
    { key: MESSAGES, value: dispatch.messages },
  ]);
}
