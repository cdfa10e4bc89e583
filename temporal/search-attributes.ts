import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import { SEARCH_ATTRIBUTES } from '../workflows/messages';
import type { Dispatch } from './gateway';

/** Registered by the launcher (scripts/services/temporal.ts) and by docker-compose.yml; set once, at start. */
const LANE = defineSearchAttributeKey(SEARCH_ATTRIBUTES.lane, SearchAttributeType.KEYWORD);
const APP = defineSearchAttributeKey(SEARCH_ATTRIBUTES.app, SearchAttributeType.KEYWORD);
const MESSAGES = defineSearchAttributeKey(SEARCH_ATTRIBUTES.messages, SearchAttributeType.INT);

/** What an operator may search dispatches by in the Temporal Web UI. Ids and counts only: search attributes are never encrypted. */
export function searchAttributesOf(dispatch: Dispatch): TypedSearchAttributes {
  return new TypedSearchAttributes([
    { key: LANE, value: dispatch.lane },
    { key: APP, value: dispatch.appId },
    { key: MESSAGES, value: dispatch.messages },
  ]);
}
