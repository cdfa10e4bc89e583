/** How callers of an endpoint sign in, for the documentation: by key or as people. */
export const SECURITY = [{ apiKey: [] }, { session: [] }];

/** Endpoints for people alone. */
export const SESSION_ONLY = [{ session: [] }];
