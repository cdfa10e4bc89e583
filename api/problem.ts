/** Every problem the API answers with: its HTTP status, its title and when it happens. `code` is stable; texts may change. */
export const PROBLEMS = {
  bad_request: [400, 'Bad request', 'The request is not proper HTTP or its address cannot be decoded.'],
  invalid_json: [400, 'Invalid JSON', 'The body is not JSON.'],
  unauthorized: [401, 'Not signed in', 'The API key or session is missing, unknown, revoked or over.'],
  key_expired: [401, 'Key expired', 'The API key is good, but its time is over: create another one.'],
  sign_in_failed: [401, 'Not signed in', 'Email or password is wrong, or this person may not sign in.'],
  oidc_failed: [
    401,
    'Not signed in',
    'What the OpenID provider sent back does not belong to this sign-in: begin anew.',
  ],
  forbidden: [403, 'Not allowed', 'You are known, but neither role nor scopes cover this operation.'],
  csrf_failed: [
    403,
    'Not from our page',
    'A change with a session needs its X-CSRF-Token, and must come from PUBLIC_URL.',
  ],
  own_change: [403, 'Your own change', 'Nobody decides what they, or a key that they made, asked for.'],
  sign_in_refused: [403, 'Not invited', 'The OpenID provider knows this person, but nobody has let them in here.'],
  bad_signature: [403, 'Not proven', 'The request to a webhook is not signed, or not by the provider of the account.'],
  not_found: [404, 'Not found', 'There is nothing here, or it belongs to another app.'],
  template_not_found: [404, 'Template not found', 'No template has this number or key, or it was deleted.'],
  name_taken: [409, 'Name already taken', 'Another one of this kind already has this name or key.'],
  account_in_use: [409, 'Account in use', 'A route still names the account: take it out of the route first.'],
  audience_in_use: [409, 'Audience in use', 'A campaign or a run still needs the audience.'],
  upload_in_progress: [
    409,
    'Upload in progress',
    'The file of this upload is still being received or read: ask for its progress.',
  ],
  upload_cancelled: [
    409,
    'Upload cancelled',
    'The audience was deleted, or begun anew, while its file was being read.',
  ],
  campaign_changed: [
    409,
    'Campaign changed',
    'Another revision than the expected one is there: read it and decide anew.',
  ],
  campaign_not_ready: [409, 'Campaign not ready', 'The campaign cannot run as it is; `errors` names every reason.'],
  maintenance_running: [409, 'Job is running', 'The job of maintenance runs already: wait for its end.'],
  message_not_unknown: [409, 'Message not unknown', 'Only a message that is `unknown` can be settled.'],
  run_ended: [409, 'Run ended', 'The run has ended: it can be retried, and its result read.'],
  run_not_ended: [409, 'Run not ended', 'Only the messages of a run that has ended are sent again.'],
  already_retried: [409, 'Already retried', 'Another run sends these messages again: retry what fails there.'],
  nothing_to_retry: [409, 'Nothing to retry', 'No message of the run is in a status that is to be sent again.'],
  send_of_run: [409, 'Send of a run', 'The send belongs to a run of a campaign: read, or cancel, the run.'],
  rule_changed: [409, 'Rule changed', 'Another version than `expectedVersion` is current: read it and decide anew.'],
  campaign_not_approved: [409, 'Campaign not approved', 'The campaign waits for approval, or was refused it.'],
  run_in_progress: [409, 'Run in progress', 'A run of the campaign is going: wait for its end, or cancel it.'],
  last_admin: [409, 'Last administrator', 'Nobody else could administer: make another one first.'],
  template_not_approved: [
    409,
    'Template not approved',
    'No version of the template, or not this one, has been approved: try again when it is.',
  ],
  approval_decided: [409, 'Decided already', 'The change does not wait any more; the detail tells what became of it.'],
  template_stopped: [409, 'Template stopped', 'The template is stopped: start it, or use another one.'],
  too_many_webhooks: [409, 'Too many webhooks', 'An app may have 50 webhooks: delete one that is not needed.'],
  webhook_disabled: [409, 'Webhook disabled', 'The webhook is disabled and gets nothing: enable it first.'],
  precondition_failed: [
    412,
    'Changed meanwhile',
    'It is not, or no longer, as `If-Match` says: read it and decide anew.',
  ],
  body_too_large: [413, 'Body too large', 'A body may have 1 MB.'],
  unsupported_media_type: [415, 'Unsupported media type', 'Bodies are JSON: send Content-Type: application/json.'],
  invalid_request: [422, 'Invalid request', 'Something in the request is wrong; `errors` names every place.'],
  app_required: [
    422,
    'App required',
    'People name the app they work on, where there are several: X-Luminate-App: app_….',
  ],
  invalid_idempotency_key: [422, 'Invalid Idempotency-Key', 'The key has 1 to 255 visible ASCII characters.'],
  idempotency_key_reused: [422, 'Idempotency-Key used before', 'The same key came before with another request.'],
  rate_limited: [429, 'Too many requests', 'The key has used up its requests: try again after Retry-After seconds.'],
  too_many_uploads: [429, 'Too many uploads', 'Two files are being read already: try again after Retry-After seconds.'],
  sign_in_paused: [429, 'Too many attempts', 'Too many attempts to sign in: try again after Retry-After seconds.'],
  internal_error: [500, 'Internal error', 'A defect of ours. It is logged under the request id.'],
  service_unavailable: [503, 'Temporarily unavailable', 'The database cannot be reached or is busy; try again later.'],
} as const satisfies Record<string, readonly [status: number, title: string, when: string]>;

export type ProblemCode = keyof typeof PROBLEMS;

/** One wrong place in a request. */
export interface Fault {
  /** JSON Pointer into the body. */
  readonly pointer?: string;
  /** Name of a query parameter or header. */
  readonly parameter?: string;
  readonly code: string;
  readonly detail: string;
  /** Where in the text of a template, from 1. */
  readonly line?: number;
  readonly column?: number;
}

/** The body of an error answer: RFC 9457, `application/problem+json`. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: ProblemCode;
  readonly errors?: readonly Fault[];
  readonly requestId: string;
}

/** What a handler throws to answer with a problem. `detail` is for people: what was wrong, where, and what to do. */
export class ApiError extends Error {
  readonly status: number;
  readonly title: string;

  constructor(
    readonly code: ProblemCode,
    detail?: string,
    readonly errors?: readonly Fault[],
    options?: ErrorOptions,
  ) {
    const [status, title, when] = PROBLEMS[code];
    super(detail ?? when, options);
    this.name = 'ApiError';
    this.status = status;
    this.title = title;
  }

  /** The problem document for one request. */
  toProblem(request: { readonly path: string; readonly requestId: string }): Problem {
    return {
      type: `/problems/${this.code}`,
      title: this.title,
      status: this.status,
      detail: this.message,
      instance: request.path,
      code: this.code,
      ...(this.errors ? { errors: this.errors } : {}),
      requestId: request.requestId,
    };
  }
}

/** 422 with every wrong place; the detail sums them up. */
export function invalidRequest(errors: readonly Fault[]): ApiError {
  const [first] = errors;
  const where = first?.pointer ?? first?.parameter ?? '';
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more: see errors)` : '';
  return new ApiError('invalid_request', `${where} ${first?.detail ?? ''}${more}`.trim(), errors);
}
