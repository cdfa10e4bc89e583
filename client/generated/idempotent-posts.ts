// Made by `npm run client:generate` from the OpenAPI document. Do not edit.
/** Addresses of the POSTs that take an `Idempotency-Key`. */
export const IDEMPOTENT_POSTS: ReadonlySet<string> = new Set([
  "/v1/sends",
  "/v1/campaigns",
  "/v1/campaigns/{id}/trigger",
  "/v1/templates",
  "/v1/templates/{template}/copy",
  "/v1/templates/{template}/versions",
  "/v1/templates/{template}/test",
  "/v1/accounts",
  "/v1/runs/{id}/retry-failed",
  "/v1/suppressions",
  "/v1/audiences",
  "/v1/webhooks",
  "/v1/webhooks/{id}/rotate-secret",
  "/v1/webhooks/{id}/test",
  "/v1/webhooks/{id}/replay",
  "/v1/webhook-deliveries/{id}/replay",
  "/v1/maintenance/{job}/run",
  "/v1/apps",
  "/v1/apps/{id}/keys",
  "/v1/users",
  "/v1/users/{id}/set-password-token",
  "/v1/approvals/{id}/approve",
  "/v1/approvals/{id}/reject",
  "/v1/approvals/{id}/withdraw"
]);
