// Made by `npm run client:generate` from the OpenAPI document. Do not edit.
export interface paths {
    readonly "/v1/sends": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Send a template to recipients
         * @description A 202 means that every accepted recipient has a durable message; delivery goes on from there, whatever fails. A missing variable is an error; one that the template does not use is only a warning, so that an editor may drop a variable without breaking callers.
         *
         *     Permission: `sends:write`.
         */
        readonly post: operations["postSends"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/sends/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read a send
         * @description Permission: `messages:read`.
         */
        readonly get: operations["getSendsById"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/messages": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List messages
         * @description Newest first. Filters add up.
         *
         *     Permission: `messages:read`.
         */
        readonly get: operations["getMessages"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/messages/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read a message
         * @description Permission: `messages:read`.
         */
        readonly get: operations["getMessagesById"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/messages/{id}/timeline": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Explain a message
         * @description Every step it passed, which rule stopped it and with what numbers, each attempt, what it is waiting for.
         *
         *     Permission: `messages:read`.
         */
        readonly get: operations["getMessagesByIdTimeline"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/sends/{id}/recall": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Recall a send
         * @description Every message of it that has not gone out. The answer is definite: `recalled` means that no provider has got the message or will get it; `too_late` tells its status and when it was handed over. It may be repeated, and works before, during and after delivery.
         *
         *     Permission: `sends:recall`.
         */
        readonly post: operations["postSendsByIdRecall"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/messages/{id}/recall": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Recall a message
         * @description The answer is definite: `recalled` means that no provider has got the message or will get it; `too_late` tells its status and when it was handed over. It may be repeated, and works before, during and after delivery.
         *
         *     Permission: `sends:recall`.
         */
        readonly post: operations["postMessagesByIdRecall"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/messages/{id}/resolve": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Settle an unknown message
         * @description For a message that is `unknown`, after somebody has found out: `sent` makes it so, `not_sent` ends it `failed` and frees its places in windows and caps. It is never sent again by this: make a new send. Repeating the same answer is harmless.
         *
         *     Permission: `support:resolve`.
         */
        readonly post: operations["postMessagesByIdResolve"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/campaigns": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the campaigns
         * @description Newest first.
         *
         *     Permission: `campaigns:read`.
         */
        readonly get: operations["getCampaigns"];
        readonly put?: never;
        /**
         * Create a campaign
         * @description Checked as by `POST /v1/campaigns/check`; errors refuse it. With the schedule `now` its run starts at once, unless it is `paused`. With many recipients it may wait for approval first (docs/approval.md): `approval` says so, and there is no run.
         *
         *     Permission: `campaigns:write`.
         */
        readonly post: operations["postCampaigns"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/campaigns/check": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Check a campaign
         * @description Takes what would be created, and creates nothing: renders the first 100 rows, looks for columns, template, route, rates and quiet hours. Creating, triggering and unpausing check the same.
         *
         *     Permission: `campaigns:write`.
         */
        readonly post: operations["postCampaignsCheck"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/campaigns/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read a campaign
         * @description With its next firings, as Temporal has them, and its last runs.
         *
         *     Permission: `campaigns:read`.
         */
        readonly get: operations["getCampaignsById"];
        readonly put?: never;
        readonly post?: never;
        /**
         * Delete a campaign
         * @description It fires no more. A run that is going goes on, and the answer names it; `POST /v1/runs/:id/cancel` stops it.
         *
         *     Permission: `campaigns:write`.
         */
        readonly delete: operations["deleteCampaignsById"];
        readonly options?: never;
        readonly head?: never;
        /**
         * Change a campaign
         * @description A run that is going keeps what it began with. With many recipients the change may wait for approval (docs/approval.md): the answer is 202, and the campaign goes on as it is.
         *
         *     Permission: `campaigns:write`.
         */
        readonly patch: operations["patchCampaignsById"];
        readonly trace?: never;
    };
    readonly "/v1/campaigns/{id}/pause": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Pause a campaign
         * @description It does not fire by its schedule until it is unpaused; a run that is going is not touched. Repeating is harmless.
         *
         *     Permission: `campaigns:control`.
         */
        readonly post: operations["postCampaignsByIdPause"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/campaigns/{id}/unpause": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Unpause a campaign
         * @description Firings that came meanwhile are not made up for. Repeating is harmless.
         *
         *     Permission: `campaigns:control`.
         */
        readonly post: operations["postCampaignsByIdUnpause"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/campaigns/{id}/trigger": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Run a campaign now
         * @description Also when it is paused, and whatever its schedule says; every recipient gets it as soon as possible. While a run is going another one is refused, unless `overlap` is `allow_all`.
         *
         *     Permission: `campaigns:control`.
         */
        readonly post: operations["postCampaignsByIdTrigger"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/templates": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List templates
         * @description Newest first. Filters add up.
         *
         *     Permission: `templates:read`.
         */
        readonly get: operations["getTemplates"];
        readonly put?: never;
        /**
         * Create a template
         * @description Running, with version 1, which may have to wait for approval. Content is checked: a syntax error is told with field, line and column.
         *
         *     Permission: `templates:write`.
         */
        readonly post: operations["postTemplates"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/templates/{template}/copy": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Copy a template
         * @description A new template with the content that `GET` shows, and the same policy.
         *
         *     Permission: `templates:write`.
         */
        readonly post: operations["postTemplatesByTemplateCopy"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/templates/{template}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read a template
         * @description Permission: `templates:read`.
         */
        readonly get: operations["getTemplatesByTemplate"];
        readonly put?: never;
        readonly post?: never;
        /**
         * Delete a template
         * @description Its key is free again; its sends and messages stay. Messages still waiting end as `discarded`.
         *
         *     Permission: `templates:write`.
         */
        readonly delete: operations["deleteTemplatesByTemplate"];
        readonly options?: never;
        readonly head?: never;
        /**
         * Change the name or the policy
         * @description Permission: `templates:write`.
         */
        readonly patch: operations["patchTemplatesByTemplate"];
        readonly trace?: never;
    };
    readonly "/v1/templates/{template}/start": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Start a template
         * @description Sends are accepted again.
         *
         *     Permission: `templates:write`.
         */
        readonly post: operations["postTemplatesByTemplateStart"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/templates/{template}/stop": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Stop a template
         * @description New sends are refused; messages still waiting end as `discarded`.
         *
         *     Permission: `templates:write`.
         */
        readonly post: operations["postTemplatesByTemplateStop"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/templates/{template}/versions": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the versions
         * @description Newest first.
         *
         *     Permission: `templates:read`.
         */
        readonly get: operations["getTemplatesByTemplateVersions"];
        readonly put?: never;
        /**
         * Add a version
         * @description Becomes the current one, at once or when it has been approved (`audit` tells). Versions never change; what waits is sent as the version it was accepted with. `If-Match` takes the ETag of the template.
         *
         *     Permission: `templates:write`.
         */
        readonly post: operations["postTemplatesByTemplateVersions"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/templates/{template}/versions/{n}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read a version
         * @description Permission: `templates:read`.
         */
        readonly get: operations["getTemplatesByTemplateVersionsByN"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/templates/{template}/preview": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Preview a template
         * @description Nothing is sent or stored. A text message shows its encoding and its segments.
         *
         *     Permission: `templates:read`.
         */
        readonly post: operations["postTemplatesByTemplatePreview"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/templates/{template}/test": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Send one for real
         * @description A send like any other, of the current version, by the app of the key. One that waits for approval is sent where `version` names it.
         *
         *     Permission: `templates:test`.
         */
        readonly post: operations["postTemplatesByTemplateTest"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/accounts": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the accounts
         * @description Newest first.
         *
         *     Permission: `accounts:read`.
         */
        readonly get: operations["getAccounts"];
        readonly put?: never;
        /**
         * Create an account
         * @description Secrets are kept encrypted (AES-256-GCM) and never told. Then verify it, and name it in a route.
         *
         *     Permission: `accounts:write`.
         */
        readonly post: operations["postAccounts"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/accounts/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read an account
         * @description Permission: `accounts:read`.
         */
        readonly get: operations["getAccountsById"];
        readonly put?: never;
        readonly post?: never;
        /**
         * Delete an account
         * @description Permission: `accounts:write`.
         */
        readonly delete: operations["deleteAccountsById"];
        readonly options?: never;
        readonly head?: never;
        /**
         * Change an account
         * @description Changes what is given. Any change puts a parked or open account back into use.
         *
         *     Permission: `accounts:write`.
         */
        readonly patch: operations["patchAccountsById"];
        readonly trace?: never;
    };
    readonly "/v1/accounts/{id}/verify": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Verify an account
         * @description Really connects and signs in; sends nothing. Success puts an account back into use that was parked or open.
         *
         *     Permission: `accounts:write`.
         */
        readonly post: operations["postAccountsByIdVerify"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/accounts/{id}/health": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /**
         * Decide about an account's health
         * @description Takes an account out of use, keeps it in use, or leaves it to the breaker again, which then begins anew. In force within a second in every worker, also while Redis is away; messages that wait for the account go on by themselves.
         *
         *     Permission: `accounts:write`.
         */
        readonly put: operations["putAccountsByIdHealth"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/routes": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the routes of all lanes
         * @description All of them, in one page.
         *
         *     Permission: `rules:read`.
         */
        readonly get: operations["getRoutes"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/routes/{lane}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read the route of a lane
         * @description Permission: `rules:read`.
         */
        readonly get: operations["getRoutesByLane"];
        /**
         * Set the route of a lane
         * @description Replaces the route as a whole, as a new version of the rule `routes`.
         *
         *     Permission: `rules:write`.
         */
        readonly put: operations["putRoutesByLane"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/runs": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List runs
         * @description Newest first.
         *
         *     Permission: `campaigns:read`.
         */
        readonly get: operations["getRuns"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/runs/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read a run
         * @description How far it is: at any moment, total = imported + toImport, and imported is the sum of counts.
         *
         *     Permission: `campaigns:read`.
         */
        readonly get: operations["getRunsById"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/runs/{id}/pause": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Pause a run
         * @description Once it is answered, no message of the run is handed over until it is resumed. Repeating it is harmless.
         *
         *     Permission: `campaigns:control`.
         */
        readonly post: operations["postRunsByIdPause"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/runs/{id}/resume": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Resume a run
         * @description It goes on with those that have not had it. Failures count from here anew.
         *
         *     Permission: `campaigns:control`.
         */
        readonly post: operations["postRunsByIdResume"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/runs/{id}/rate": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Change the rate of a run
         * @description At once, and for those that were told a later time under a slower rate within a second.
         *
         *     Permission: `campaigns:control`.
         */
        readonly post: operations["postRunsByIdRate"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/runs/{id}/cancel": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Cancel a run
         * @description Recalls every message that has not been handed over, for good. A big run takes longer than the answer may: then `state` is `cancelling`, nothing goes out any more, and asking again waits for the end.
         *
         *     Permission: `campaigns:control`.
         */
        readonly post: operations["postRunsByIdCancel"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/runs/{id}/retry-failed": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Send again to those who did not get it
         * @description A new run over the messages of this one that failed, and on request those of which nobody knows. Each message is retried by one run at most: what fails there again is retried from there.
         *
         *     Permission: `campaigns:control`.
         */
        readonly post: operations["postRunsByIdRetryFailed"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/rules": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the rules
         * @description All of them, in one page.
         *
         *     Permission: `rules:read`.
         */
        readonly get: operations["getRules"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/rules/{name}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read a rule
         * @description Permission: `rules:read`.
         */
        readonly get: operations["getRulesByName"];
        /**
         * Change a rule
         * @description Replaces the value as a whole, as a new version. In force in every process within a second.
         *
         *     Permission: `rules:write`.
         */
        readonly put: operations["putRulesByName"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/rules/{name}/versions": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the versions of a rule
         * @description Newest first.
         *
         *     Permission: `rules:read`.
         */
        readonly get: operations["getRulesByNameVersions"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/rules/{name}/versions/{version}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read a version of a rule
         * @description Permission: `rules:read`.
         */
        readonly get: operations["getRulesByNameVersionsByVersion"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/rules/{name}/rollback": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Roll a rule back
         * @description Writes the value of an earlier version as a new one; nothing of the history changes. `If-Match` takes the ETag of the rule.
         *
         *     Permission: `rules:write`.
         */
        readonly post: operations["postRulesByNameRollback"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/suppressions": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List suppressions
         * @description Newest first. Filters add up.
         *
         *     Permission: `suppressions:read`.
         */
        readonly get: operations["getSuppressions"];
        readonly put?: never;
        /**
         * Add a suppression
         * @description From the next step of each message on. If the same entry is there already, it is told as it is.
         *
         *     Permission: `suppressions:write`.
         */
        readonly post: operations["postSuppressions"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/suppressions/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read a suppression
         * @description Permission: `suppressions:read`.
         */
        readonly get: operations["getSuppressionsById"];
        readonly put?: never;
        readonly post?: never;
        /**
         * Lift a suppression
         * @description Messages go to the address again; the entry is kept as history, with who lifted it and when.
         *
         *     Permission: `suppressions:write`.
         */
        readonly delete: operations["deleteSuppressionsById"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/audiences": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List audiences
         * @description Newest first.
         *
         *     Permission: `audiences:read`.
         */
        readonly get: operations["getAudiences"];
        readonly put?: never;
        /**
         * Upload an audience
         * @description The body is the file: CSV with a line of column names, up to 1 GB and 5 million rows. One column holds the addresses (`userId`, or as `addressColumn` names it), `timezone` an IANA zone if it is there, every other one a variable. Encoding (UTF-8, UTF-16, GBK) and separator (`,` `;` tab) are found out. Every row is accepted, a duplicate or invalid, and told at `/rejects`; a file that is wrong as a whole is refused and leaves nothing.
         *
         *     Permission: `audiences:write`.
         */
        readonly post: operations["postAudiences"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/audiences/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read an audience
         * @description Permission: `audiences:read`.
         */
        readonly get: operations["getAudiencesById"];
        readonly put?: never;
        readonly post?: never;
        /**
         * Delete an audience
         * @description With its files. One that is still `uploading` is cancelled.
         *
         *     Permission: `audiences:write`.
         */
        readonly delete: operations["deleteAudiencesById"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/audiences/uploads/{uploadId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Progress of an upload
         * @description By the id that the caller gave it; about a second old. 404 before it has begun and when it has failed.
         *
         *     Permission: `audiences:read`.
         */
        readonly get: operations["getAudiencesUploadsByUploadId"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/webhooks": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List webhooks
         * @description Newest first.
         *
         *     Permission: `webhooks:read`.
         */
        readonly get: operations["getWebhooks"];
        readonly put?: never;
        /**
         * Create a webhook
         * @description Events are posted to it as Standard Webhooks say, from a second after this on. The secret is in this answer and nowhere else.
         *
         *     Permission: `webhooks:write`.
         */
        readonly post: operations["postWebhooks"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/webhooks/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read a webhook
         * @description Permission: `webhooks:read`.
         */
        readonly get: operations["getWebhooksById"];
        readonly put?: never;
        readonly post?: never;
        /**
         * Delete a webhook
         * @description It gets nothing more; what waits for it is discarded.
         *
         *     Permission: `webhooks:write`.
         */
        readonly delete: operations["deleteWebhooksById"];
        readonly options?: never;
        readonly head?: never;
        /**
         * Change a webhook
         * @description What is left out stays. In force for the next attempt, a filter for what happens from a second later on.
         *
         *     Permission: `webhooks:write`.
         */
        readonly patch: operations["patchWebhooksById"];
        readonly trace?: never;
    };
    readonly "/v1/webhooks/{id}/rotate-secret": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Make a new secret
         * @description The new secret is in this answer and nowhere else. For 24 hours requests carry a signature of the old one as well; rotating again within that time ends the one before it at once.
         *
         *     Permission: `webhooks:write`.
         */
        readonly post: operations["postWebhooksByIdRotateSecret"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/webhooks/{id}/deliveries": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the deliveries of a webhook
         * @description Newest first. Kept as long as messages are.
         *
         *     Permission: `webhooks:read`.
         */
        readonly get: operations["getWebhooksByIdDeliveries"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/webhooks/{id}/test": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Try a webhook
         * @description Posts an event `webhook.test` to it, whatever it listens to. Its log tells what came of it.
         *
         *     Permission: `webhooks:write`.
         */
        readonly post: operations["postWebhooksByIdTest"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/webhooks/{id}/replay": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Deliver again what was lost
         * @description Everything that failed or was discarded since `from`, with all retries, in the order of before.
         *
         *     Permission: `webhooks:write`.
         */
        readonly post: operations["postWebhooksByIdReplay"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/webhook-deliveries/{id}/replay": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Deliver an event again
         * @description Also one that was delivered; under the same `webhook-id`, with all retries.
         *
         *     Permission: `webhooks:write`.
         */
        readonly post: operations["postWebhookDeliveriesByIdReplay"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/maintenance": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Jobs of maintenance
         * @description When each runs next, and what it did the last times. When they run is set by MAINTENANCE_…_CRON.
         *
         *     Permission: `maintenance:read`.
         */
        readonly get: operations["getMaintenance"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/maintenance/{job}/run": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Run a job now
         * @description Resolves when it has been started; what it did is in the list when it has ended.
         *
         *     Permission: `maintenance:run`.
         */
        readonly post: operations["postMaintenanceByJobRun"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/statistics": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read statistics
         * @description Messages by the hour of their acceptance and what became of them, told apart by what `by` names, in that order. They are made every few minutes from the messages, and outlive them; `asOf` says how exact they are. At most 5000 items: 422 `too_many_rows` beyond.
         *
         *     Permission: `statistics:read`.
         */
        readonly get: operations["getStatistics"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/apps": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the apps
         * @description Newest first.
         *
         *     Permission: `apps:read`.
         */
        readonly get: operations["getApps"];
        readonly put?: never;
        /**
         * Create an app
         * @description Permission: `apps:write`.
         */
        readonly post: operations["postApps"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/apps/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read an app
         * @description Permission: `apps:read`.
         */
        readonly get: operations["getAppsById"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/apps/{id}/keys": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the keys of an app
         * @description Newest first.
         *
         *     Permission: `keys:read`.
         */
        readonly get: operations["getAppsByIdKeys"];
        readonly put?: never;
        /**
         * Create an API key
         * @description The key is in this answer and nowhere else: only its hash is kept.
         *
         *     Permission: `keys:write`.
         */
        readonly post: operations["postAppsByIdKeys"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/keys/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /**
         * Revoke an API key
         * @description Takes effect at once in the process that answers, and within a second in any other. Revoking twice is harmless.
         *
         *     Permission: `keys:write`.
         */
        readonly delete: operations["deleteKeysById"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/users": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the people
         * @description All of them, in one page.
         *
         *     Permission: `users:read`.
         */
        readonly get: operations["getUsers"];
        readonly put?: never;
        /**
         * Invite a person
         * @description No mail is sent: the answer has a token with which the person sets a password. Whoever signs in at the OpenID provider with this email, verified there, needs none.
         *
         *     Permission: `users:write`.
         */
        readonly post: operations["postUsers"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/users/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read a person
         * @description Permission: `users:read`.
         */
        readonly get: operations["getUsersById"];
        readonly put?: never;
        readonly post?: never;
        /**
         * Delete a person
         * @description Ends all sessions. What the person did keeps the id. The API keys that the person made work on, unless `revokeKeys` says otherwise; the answer names them.
         *
         *     Permission: `users:write`.
         */
        readonly delete: operations["deleteUsersById"];
        readonly options?: never;
        readonly head?: never;
        /**
         * Change a person
         * @description Takes effect with the next request of the person. `disabled` ends all sessions. The API keys that the person made work on, unless `revokeKeys` says otherwise; the answer names them.
         *
         *     Permission: `users:write`.
         */
        readonly patch: operations["patchUsersById"];
        readonly trace?: never;
    };
    readonly "/v1/users/{id}/set-password-token": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Let a person set a password
         * @description For a forgotten password, or an invitation that was too old. An earlier token ends; the password so far holds on.
         *
         *     Permission: `users:write`.
         */
        readonly post: operations["postUsersByIdSetPasswordToken"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/approvals": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the changes that wait, or waited, for approval
         * @description Newest first, of those things that you may read. Filters add up.
         *
         *     Permission: `approvals:read`.
         */
        readonly get: operations["getApprovals"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/approvals/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read a change that waits, or waited, for approval
         * @description With what is in force and what it would become; once it is decided, as the approver saw it.
         *
         *     Permission: `approvals:read`.
         */
        readonly get: operations["getApprovalsById"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/approvals/{id}/approve": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Approve a change
         * @description It takes effect at once. Where it does not fit any more, the answer says why, and it goes on waiting. Nobody approves what they, or a key that they made, asked for.
         *
         *     Permission: `approvals:decide`.
         */
        readonly post: operations["postApprovalsByIdApprove"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/approvals/{id}/reject": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Reject a change
         * @description With a reason for whoever asked. Nothing changes; what is in force stays.
         *
         *     Permission: `approvals:decide`.
         */
        readonly post: operations["postApprovalsByIdReject"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/approvals/{id}/withdraw": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Withdraw a change
         * @description For whoever asked for it (the person, or a key of theirs), and for administrators.
         *
         *     Permission: `approvals:read`.
         */
        readonly post: operations["postApprovalsByIdWithdraw"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/audit": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the audit log
         * @description Who did what, when, from where, and how it was before and afterwards; newest first. Filters add up. `npm run audit -- verify` proves that no entry was changed or removed.
         *
         *     Permission: `audit:read`.
         */
        readonly get: operations["getAudit"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/healthz": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Is the process up? */
        readonly get: operations["getHealth"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/readyz": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Can it serve?
         * @description Sends are accepted as long as MySQL is there. Without Redis or Temporal the state is `degraded`, still with status 200: taking the process out of service would only refuse what it can keep safe, and deliver later.
         */
        readonly get: operations["getReadiness"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/suppressions/import": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Import suppressions
         * @description CSV whose first line names the columns (`to`, and `channel`, `reason`, `appliesTo` as wanted), or JSON lines with these fields, up to 1 MB. A bad row is named and harms no other one; the same file again adds nothing.
         *
         *     Permission: `suppressions:write`.
         */
        readonly post: operations["postSuppressionsImport"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/suppressions/export": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Export suppressions
         * @description CSV, newest first, addresses in clear. It can be imported again.
         *
         *     Permission: `suppressions:export`.
         */
        readonly get: operations["getSuppressionsExport"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/audiences/{id}/rejects": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * The rows that were not taken
         * @description CSV with row number, address as written, code and reason, in the order of the file.
         *
         *     Permission: `audiences:read`.
         */
        readonly get: operations["getAudiencesByIdRejects"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/runs/{id}/events": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Watch a run
         * @description Server-sent events: `progress` with the run as `GET /v1/runs/{id}` has it, when it changes, at most once a second; `end` with the same once it has ended, and then the stream ends.
         *
         *     Permission: `campaigns:read`.
         */
        readonly get: operations["getRunEvents"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/runs/{id}/result": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * What became of every row
         * @description CSV with one line for every row of the audience, in its order: also for duplicates and invalid rows, which have no message. A cell that a spreadsheet would take for a formula begins with an apostrophe. May be read while the run goes.
         *
         *     Permission: `campaigns:read`.
         */
        readonly get: operations["getRunResult"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/statistics.csv": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Export statistics
         * @description What `GET /v1/statistics` tells, as CSV: a line for each item, however many, and a column for each status. By day or hour the lines come a day at a time, within it in the order of `by`. `cost` has an amount for each currency. A cell that a spreadsheet would take for a formula begins with an apostrophe.
         *
         *     Permission: `statistics:read`.
         */
        readonly get: operations["getStatisticsCsv"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/audit.csv": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Export the audit log
         * @description What `GET /v1/audit` tells, as CSV, newest first; `before` and `after` are JSON. A cell that a spreadsheet would take for a formula begins with an apostrophe. The export is put down, too.
         *
         *     Permission: `audit:read`.
         */
        readonly get: operations["getAuditCsv"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/webhooks/{source}/{accountId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Take receipts of a provider
         * @description Called by providers, proven by their signature instead of a key. A repetition changes nothing.
         */
        readonly post: operations["postReceipts"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/webhooks/{source}/{accountId}/inbound": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Take a text that a recipient sent
         * @description STOP and its like suppress the number for all apps, START lifts that again. For `twilio`.
         */
        readonly post: operations["postInbound"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/session": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Who is signed in */
        readonly get: operations["getSession"];
        readonly put?: never;
        /**
         * Sign in
         * @description Sets the cookie of the session. After 10 attempts within 15 minutes an email waits for 15 minutes, whether or not anybody has it; so does an address from which too many come.
         */
        readonly post: operations["postSession"];
        /** Sign out */
        readonly delete: operations["deleteSession"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/session/password": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Change your password
         * @description Ends your other sessions. Wrong current passwords count as attempts to sign in.
         */
        readonly post: operations["postSessionPassword"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/session/set-password": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Set a password with a token
         * @description For the token of an invitation. It works once; all sessions of the person end. Sign in with the password then.
         */
        readonly post: operations["postSessionSetPassword"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/session/oidc": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Sign in at the OpenID provider
         * @description For browsers: leads to the provider, and from there back to `returnTo`.
         */
        readonly get: operations["getSessionOidc"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/session/oidc/callback": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Back from the OpenID provider */
        readonly get: operations["getSessionOidcCallback"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/luminate/send": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Send to receivers
         * @description Permission: `sends:write`.
         */
        readonly post: operations["luminateSend"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/luminate/batchSend": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Send to many receivers, each with variables of its own
         * @description Permission: `sends:write`.
         */
        readonly post: operations["luminateBatchSend"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/luminate/test": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Send one for real
         * @description Permission: `admin`.
         */
        readonly post: operations["luminateTest"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/luminate/save": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Create or change a template
         * @description With an `id`: fields that are absent stay. The message of a new one ends with its number.
         *
         *     Permission: `admin`.
         */
        readonly post: operations["luminateSave"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/luminate/query/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read a template
         * @description Permission: `templates:read`.
         */
        readonly get: operations["luminateQuery"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/luminate/list": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the templates
         * @description Those changed last come first.
         *
         *     Permission: `templates:read`.
         */
        readonly get: operations["luminateList"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/luminate/copy/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Copy a template
         * @description Permission: `templates:write`.
         */
        readonly post: operations["luminateCopy"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/luminate/delete/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /**
         * Delete templates
         * @description And the campaigns that they were started as. Several numbers are separated by commas: all or none.
         *
         *     Permission: `admin`.
         */
        readonly delete: operations["luminateDelete"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/luminate/start/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Start a template
         * @description Type 20 sends again; type 10 becomes a campaign that runs now (`0`) or by its cron line.
         *
         *     Permission: `admin`.
         */
        readonly post: operations["luminateStart"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/luminate/stop/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Stop a template
         * @description Type 20 sends no more; the campaign of type 10 is paused.
         *
         *     Permission: `admin`.
         */
        readonly post: operations["luminateStop"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/luminate/recall": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Recall messages
         * @description Those named, or all of a template that have not gone out.
         *
         *     Permission: `app`.
         */
        readonly post: operations["luminateRecall"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/luminate/recall/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Recall the messages of a template
         * @description Permission: `app`.
         */
        readonly post: operations["luminateRecallTemplate"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/luminate/trace/message": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Trace a message
         * @description Permission: `messages:read`.
         */
        readonly post: operations["luminateTraceMessage"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/luminate/trace/user": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Trace what an address got today
         * @description Permission: `messages:read`.
         */
        readonly post: operations["luminateTraceUser"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/luminate/trace/messageTemplate": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Chart of a template on a day
         * @description As ECharts takes it.
         *
         *     Permission: `messages:read`.
         */
        readonly post: operations["luminateTraceTemplate"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/luminate/trace/sms": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * What a phone number got on a day
         * @description Permission: `messages:read`.
         */
        readonly post: operations["luminateTraceSms"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/luminate/upload": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Upload recipients
         * @description CSV with the column `userId`; every other one is a variable. The answer is the id of the audience, for `cronCrowdPath`.
         *
         *     Permission: `audiences:write`.
         */
        readonly post: operations["luminateUpload"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        readonly AcceptedSend: {
            readonly id: string;
            /** @enum {string} */
            readonly status: "accepted";
            readonly template: {
                readonly id: number;
                readonly key: string;
                readonly version: number;
            };
            /** @description One per accepted recipient, in the order of the request. */
            readonly messages: readonly {
                /** @description Place in `recipients`, from 0. */
                readonly index: number;
                readonly id: string;
                readonly recipientId?: string;
                /** @enum {string} */
                readonly status: "accepted" | "deferred" | "sending" | "sent" | "delivered" | "bounced" | "undelivered" | "complained" | "discarded" | "suppressed" | "deduplicated" | "capped" | "shielded" | "recalled" | "expired" | "failed" | "unknown";
                readonly reason?: string;
            }[];
            /** @description With `onInvalid: "skip"`: the rows that were left out. */
            readonly rejected: readonly {
                /** @description Place in `recipients`, from 0. */
                readonly index: number;
                readonly id?: string;
                readonly code: string;
                readonly detail: string;
            }[];
            /** @description `unused_variables`: the template does not use them. `no_route`: messages wait until the lane has a route. */
            readonly warnings: readonly {
                readonly code: string;
                readonly detail: string;
            }[];
        };
        /** @description RFC 9457. */
        readonly Problem: {
            /**
             * @description Address of the explanation.
             * @example /problems/invalid_request
             */
            readonly type: string;
            readonly title: string;
            readonly status: number;
            /** @description What was wrong, where, and what to do. */
            readonly detail: string;
            readonly instance: string;
            /**
             * @description Stable: decide by this one.
             * @enum {string}
             */
            readonly code: "bad_request" | "invalid_json" | "unauthorized" | "key_expired" | "sign_in_failed" | "oidc_failed" | "forbidden" | "csrf_failed" | "own_change" | "sign_in_refused" | "bad_signature" | "not_found" | "template_not_found" | "name_taken" | "account_in_use" | "audience_in_use" | "upload_in_progress" | "upload_cancelled" | "campaign_changed" | "campaign_not_ready" | "maintenance_running" | "message_not_unknown" | "run_ended" | "run_not_ended" | "already_retried" | "nothing_to_retry" | "send_of_run" | "rule_changed" | "campaign_not_approved" | "run_in_progress" | "last_admin" | "template_not_approved" | "approval_decided" | "template_stopped" | "too_many_webhooks" | "webhook_disabled" | "precondition_failed" | "body_too_large" | "unsupported_media_type" | "invalid_request" | "app_required" | "invalid_idempotency_key" | "idempotency_key_reused" | "rate_limited" | "too_many_uploads" | "sign_in_paused" | "internal_error" | "service_unavailable";
            readonly errors?: readonly {
                /**
                 * @description JSON Pointer into the body.
                 * @example /recipients/3/to
                 */
                readonly pointer?: string;
                /** @description Name of a query parameter or header. */
                readonly parameter?: string;
                readonly code: string;
                readonly detail: string;
                readonly line?: number;
                readonly column?: number;
            }[];
            /** @description Also in the header X-Request-Id, and in our logs. */
            readonly requestId: string;
        };
        /**
         * @example {
         *       "template": "order-shipped",
         *       "recipients": [
         *         {
         *           "to": "ada@example.com",
         *           "id": "u7",
         *           "variables": {
         *             "name": "Ada"
         *           }
         *         }
         *       ],
         *       "variables": {
         *         "order": 42
         *       }
         *     }
         */
        readonly SendRequest: {
            /**
             * @description Number or key of a running template.
             * @example order-shipped
             */
            readonly template: number | string;
            /** @description Default: the current version. */
            readonly version?: number;
            readonly recipients: readonly components["schemas"]["Recipient"][];
            /**
             * @description For all recipients.
             * @default {}
             * @example {
             *       "name": "Ada",
             *       "order": 42
             *     }
             */
            readonly variables?: {
                readonly [key: string]: unknown;
            };
            /** @description Files that every email of the send carries; templates of other channels have none. Fetched when the emails are handed over, not before: keep them there until then. A file that is gone, or not allowed, ends its emails as `failed: attachment_refused`; one whose host is away is asked for again. */
            readonly attachments?: readonly components["schemas"]["Attachment"][];
            /**
             * @description A bad row: refuse the request with all of them named, or accept the others.
             * @default reject
             * @enum {string}
             */
            readonly onInvalid?: "reject" | "skip";
            /**
             * Format: date-time
             * @description Not handed over before this time, at most 90 days ahead. Until then it can be recalled. Default: at once.
             */
            readonly sendAt?: string;
            /**
             * Format: date-time
             * @description Not sent any more after this time; must be in the future, and after `sendAt`.
             */
            readonly expiresAt?: string;
            /** @description Yours; comes back with the send. No personal data, please. */
            readonly metadata?: {
                readonly [key: string]: unknown;
            };
        };
        readonly Recipient: {
            /** @description Email address; or phone number, E.164 or of the default region. */
            readonly to: string;
            /**
             * @description Win over the variables of the send.
             * @example {
             *       "name": "Ada",
             *       "order": 42
             *     }
             */
            readonly variables?: {
                readonly [key: string]: unknown;
            };
            /** @description Your id of the recipient; comes back with its message. */
            readonly id?: string;
            /** @description IANA zone of the recipient, for daily caps and quiet hours. */
            readonly timezone?: string;
        };
        readonly Attachment: {
            /**
             * @description Where the file is: https, on a host that the rule `attachments` names. Redirects are not followed.
             * @example https://files.example.com/invoice.pdf
             */
            readonly url: string;
            /** @description Default: the last part of the path of `url`. The second of two equal names gets a number. */
            readonly filename?: string;
            /** @description Media type. Default: what the host says. */
            readonly contentType?: string;
        };
        readonly Send: {
            readonly id: string;
            readonly appId: string;
            /** @enum {string} */
            readonly lane: "email.notice" | "email.marketing" | "email.verification" | "sms.notice" | "sms.marketing" | "sms.verification";
            readonly template: {
                readonly id: number;
                readonly key: string;
                readonly version: number;
            };
            readonly metadata: {
                readonly [key: string]: unknown;
            } | null;
            readonly attachments: readonly {
                readonly url: string;
                readonly filename?: string;
                readonly contentType?: string;
            }[];
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly sendAt: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly expiresAt: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly createdAt: string;
            /** @description The sum of `counts`. */
            readonly total: number;
            /**
             * @description Messages by status; statuses nobody is in are left out.
             * @example {
             *       "sent": 2,
             *       "deferred": 1
             *     }
             */
            readonly counts: {
                readonly accepted?: number;
                readonly deferred?: number;
                readonly sending?: number;
                readonly sent?: number;
                readonly delivered?: number;
                readonly bounced?: number;
                readonly undelivered?: number;
                readonly complained?: number;
                readonly discarded?: number;
                readonly suppressed?: number;
                readonly deduplicated?: number;
                readonly capped?: number;
                readonly shielded?: number;
                readonly recalled?: number;
                readonly expired?: number;
                readonly failed?: number;
                readonly unknown?: number;
            };
            readonly messages: readonly {
                /** @description Place in `recipients`, from 0. */
                readonly index: number;
                readonly id: string;
                readonly recipientId?: string;
                /** @enum {string} */
                readonly status: "accepted" | "deferred" | "sending" | "sent" | "delivered" | "bounced" | "undelivered" | "complained" | "discarded" | "suppressed" | "deduplicated" | "capped" | "shielded" | "recalled" | "expired" | "failed" | "unknown";
                readonly reason?: string;
            }[];
            readonly rejected: readonly {
                /** @description Place in `recipients`, from 0. */
                readonly index: number;
                readonly id?: string;
                readonly code: string;
                readonly detail: string;
            }[];
        };
        /** @description One recipient of a send. */
        readonly Message: {
            readonly id: string;
            readonly sendId: string;
            /** @description The run of a campaign that it belongs to. */
            readonly runId: string | null;
            readonly appId: string;
            readonly template: {
                readonly id: number;
                readonly version: number;
            };
            /** @enum {string} */
            readonly lane: "email.notice" | "email.marketing" | "email.verification" | "sms.notice" | "sms.marketing" | "sms.verification";
            /** @enum {string} */
            readonly channel: "email" | "sms";
            /**
             * @description Masked.
             * @example a***@example.com
             */
            readonly to: string;
            readonly recipientId: string | null;
            readonly timezone: string | null;
            /** @enum {string} */
            readonly status: "accepted" | "deferred" | "sending" | "sent" | "delivered" | "bounced" | "undelivered" | "complained" | "discarded" | "suppressed" | "deduplicated" | "capped" | "shielded" | "recalled" | "expired" | "failed" | "unknown";
            /** @description Why it waits or was stopped. */
            readonly reason: string | null;
            /** @description The numbers of the reason. */
            readonly detail: {
                readonly [key: string]: unknown;
            } | null;
            /**
             * Format: date-time
             * @description When a deferred message is looked at again.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly dueAt: string | null;
            /**
             * Format: date-time
             * @description When the caller wants it handed over, if later than at once.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly sendAt: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly expiresAt: string | null;
            readonly attempts: readonly components["schemas"]["Attempt"][];
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly updatedAt: string;
            readonly links: {
                readonly timeline: string;
                readonly send: string;
            };
        };
        /** @description One hand-over to a provider and its outcome. */
        readonly Attempt: {
            readonly n: number;
            readonly accountId: string;
            readonly account: string;
            /** @description Why this account. */
            readonly why: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly startedAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly endedAt: string;
            /** @enum {string} */
            readonly class: "accepted" | "refused" | "throttled" | "unavailable" | "misconfigured" | "ambiguous";
            /** @description The provider's code, or ours for what never reached it. */
            readonly code: string;
            /** @description The provider's words, addresses masked. */
            readonly detail: string;
            readonly providerMessageId?: string;
        };
        /** @description What happened to one message, in order. */
        readonly Timeline: {
            /** @description Where the steps came from: the projection, the record, the workflow history. */
            readonly source: readonly ("redis" | "mysql" | "temporal")[];
            /** @description Why something may be missing. */
            readonly note?: string;
            readonly steps: readonly {
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC.
                 * @example 2026-11-24T20:00:00.000Z
                 */
                readonly at: string;
                readonly step: string;
                /** @enum {string} */
                readonly status?: "accepted" | "deferred" | "sending" | "sent" | "delivered" | "bounced" | "undelivered" | "complained" | "discarded" | "suppressed" | "deduplicated" | "capped" | "shielded" | "recalled" | "expired" | "failed" | "unknown";
                /** @description The step in words and numbers. */
                readonly text: string;
                readonly data?: {
                    readonly [key: string]: unknown;
                };
            }[];
            readonly attempts: readonly components["schemas"]["Attempt"][];
            readonly links: {
                /** @description The workflow in the Temporal Web UI. */
                readonly temporal?: string;
            };
        };
        readonly RecalledSend: {
            readonly id: string;
            readonly recalled: number;
            readonly tooLate: number;
            /** @description All messages of the send, in the order of the request. */
            readonly messages: readonly components["schemas"]["RecalledMessage"][];
        };
        readonly RecalledMessage: {
            readonly id: string;
            /** @description Place in `recipients`, from 0. */
            readonly index: number;
            /** @enum {string} */
            readonly result: "recalled" | "too_late";
            /**
             * @description As it was when the answer was given.
             * @enum {string}
             */
            readonly status: "accepted" | "deferred" | "sending" | "sent" | "delivered" | "bounced" | "undelivered" | "complained" | "discarded" | "suppressed" | "deduplicated" | "capped" | "shielded" | "recalled" | "expired" | "failed" | "unknown";
            readonly reason: string | null;
            /**
             * Format: date-time
             * @description When a provider was given it; null when none was: it ended before, e.g. `deduplicated`.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly handedOverAt: string | null;
        };
        readonly CreatedCampaign: {
            readonly id: string;
            readonly appId: string;
            readonly name: string;
            readonly template: {
                readonly id: number;
                readonly key: string;
                readonly version: number | null;
            };
            readonly audience: string;
            readonly variables: {
                readonly [key: string]: unknown;
            };
            readonly schedule: components["schemas"]["CampaignSchedule"];
            /**
             * @description At most `messages` in any `perSeconds` seconds for each run, besides all other limits; null: no limit of its own.
             * @example {
             *       "messages": 500,
             *       "perSeconds": 1
             *     }
             */
            readonly rate: {
                readonly messages: number;
                readonly perSeconds: number;
            } | null;
            readonly sendWindow: {
                readonly from: string;
                readonly until: string;
                readonly timezone: string;
            } | null;
            readonly pauseOn: {
                readonly errors: number | null;
                readonly share: number | null;
                readonly atLeast: number;
            } | null;
            /** @enum {string} */
            readonly overlap: "skip" | "buffer_one" | "allow_all";
            readonly catchupSeconds: number;
            readonly paused: boolean;
            /** @description Whether it may fire: only when it is `approved`. Most need no approval, and are. */
            readonly approval: {
                /** @enum {string} */
                readonly status: "waiting" | "approved" | "rejected" | "replaced" | "withdrawn";
                /** @description The same as a number of the ancestor: 10 waiting, 20 approved, 30 all else. */
                readonly code: 10 | 20 | 30;
                /** @description Of the approval; null: it needed none. */
                readonly id: string | null;
                /** @description Why it was rejected. */
                readonly reason: string | null;
            };
            /** @description Id of the approval that a change of it waits for; until then it goes on as it is. */
            readonly waitingChange: string | null;
            /** @description Counts the changes. */
            readonly revision: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly updatedAt: string;
            /** @description With `now`: what was started. */
            readonly run: {
                readonly id: string;
                readonly url: string;
            } | null;
            readonly check: components["schemas"]["CampaignCheck"];
        };
        readonly CampaignSchedule: {
            /** @enum {string} */
            readonly kind: "now";
            /** @description False for the moment between a change and its arrival at Temporal; for longer only while Temporal is away. */
            readonly inForce: boolean;
        } | {
            /** @enum {string} */
            readonly kind: "once";
            readonly at: string;
            readonly timezone: string;
            readonly recipientTime: boolean;
            /** @description False for the moment between a change and its arrival at Temporal; for longer only while Temporal is away. */
            readonly inForce: boolean;
        } | {
            /** @enum {string} */
            readonly kind: "cron";
            readonly cron: string;
            readonly timezone: string;
            readonly startAt: string | null;
            readonly endAt: string | null;
            readonly jitterSeconds: number;
            readonly recipientTime: boolean;
            /** @description False for the moment between a change and its arrival at Temporal; for longer only while Temporal is away. */
            readonly inForce: boolean;
        };
        readonly CampaignCheck: {
            /** @description True when there are no errors. */
            readonly ok: boolean;
            /** @description What keeps it from running. */
            readonly errors: readonly {
                readonly pointer?: string;
                readonly code: string;
                readonly detail: string;
            }[];
            readonly warnings: readonly {
                readonly code: string;
                readonly detail: string;
            }[];
            readonly recipients: number;
            /** @description Rows that cannot be rendered end `failed`; the others are not harmed. */
            readonly sample: {
                /** @description Rows that were rendered: the first 100. */
                readonly rows: number;
                readonly failed: number;
                /** @description The first ten. */
                readonly failures: readonly {
                    readonly row: number;
                    readonly reason: string;
                }[];
            };
            /** @description At the tightest of all rates, without waits for windows and quiet hours; null: no rate limits it. */
            readonly estimatedSeconds: number | null;
            /** @description Segments per message over the sample, and what all recipients come to. null for email. */
            readonly sms: {
                readonly min: number;
                readonly average: number;
                readonly max: number;
                readonly estimatedTotal: number;
            } | null;
        };
        /**
         * @example {
         *       "name": "November news",
         *       "template": "news",
         *       "audience": "aud_01M84BZW808SY1J1GKT7KH6WJQ",
         *       "schedule": {
         *         "kind": "once",
         *         "at": "2026-12-01T09:00",
         *         "timezone": "Europe/Vienna"
         *       },
         *       "rate": {
         *         "messages": 500,
         *         "perSeconds": 1
         *       }
         *     }
         */
        readonly NewCampaign: {
            readonly name: string;
            /** @description Number or key of a running template. */
            readonly template: number | string;
            /** @description Id of an uploaded audience of the same channel. */
            readonly audience: string;
            readonly schedule: components["schemas"]["NewCampaignSchedule"];
            /** @description Version of the template; null (default): the current one at each firing. */
            readonly version?: number | null;
            /**
             * @description For all recipients; columns of the audience win over them.
             * @example {
             *       "name": "Ada",
             *       "order": 42
             *     }
             */
            readonly variables?: {
                readonly [key: string]: unknown;
            };
            /**
             * @description At most `messages` in any `perSeconds` seconds for each run, besides all other limits; null: no limit of its own.
             * @example {
             *       "messages": 500,
             *       "perSeconds": 1
             *     }
             */
            readonly rate?: {
                readonly messages: number;
                readonly perSeconds: number;
            } | null;
            /**
             * @description Times of day at which messages go out, over midnight when `from` is later; outside of them they wait. null: always.
             * @example {
             *       "from": "09:00",
             *       "until": "20:00",
             *       "timezone": "Europe/Vienna"
             *     }
             */
            readonly sendWindow?: {
                readonly from: string;
                readonly until: string;
                /** @example Europe/Vienna */
                readonly timezone?: string;
            } | null;
            /** @description When a run pauses itself, with the reason. Default: when a quarter of at least 100 failed. null: never. */
            readonly pauseOn?: {
                /**
                 * @description So many failures.
                 * @default null
                 */
                readonly errors?: number | null;
                /**
                 * @description Failures among the messages with an answer, 0 to 1.
                 * @default null
                 */
                readonly share?: number | null;
                /**
                 * @description Not before so many messages have an answer.
                 * @default 100
                 */
                readonly atLeast?: number;
            } | null;
            /**
             * @description When it fires while a run is going: `skip` (default) leaves the firing out, `buffer_one` lets one wait for the end, `allow_all` runs both. By hand, a second run starts only with `allow_all`.
             * @enum {string}
             */
            readonly overlap?: "skip" | "buffer_one" | "allow_all";
            /** @description A firing that was missed, because Temporal was away, is made up for within this time. Default 3600. */
            readonly catchupSeconds?: number;
            /** @description Does not fire by its schedule. Default false. */
            readonly paused?: boolean;
        };
        /**
         * @description `now`: at once, and again by `trigger`. `once`: at one time. `cron`: again and again. A local time that the clock skips in spring is refused for `once` and left out by `cron`.
         * @example {
         *       "kind": "once",
         *       "at": "2026-12-01T09:00",
         *       "timezone": "Europe/Vienna"
         *     }
         */
        readonly NewCampaignSchedule: {
            /** @enum {string} */
            readonly kind: "now";
        } | {
            /** @enum {string} */
            readonly kind: "once";
            /**
             * @description ISO 8601 to the minute or second: `2026-12-01T09:00` by the clock of `timezone`, or with an offset.
             * @example 2026-12-01T09:00
             */
            readonly at: string;
            /**
             * @description IANA zone of the times. Default: that of the rule `defaults`.
             * @example Europe/Vienna
             */
            readonly timezone?: string;
            /**
             * @description Each recipient gets it when this time comes in its own zone (the `timezone` column of the audience, else the template, else the rule `defaults`). The run begins when it comes in the first zone, UTC+14; `timezone` then plays no part.
             * @default false
             */
            readonly recipientTime?: boolean;
        } | {
            /** @enum {string} */
            readonly kind: "cron";
            /**
             * @description Minute, hour, day of month, month, day of week. With both kinds of day restricted it means either, as in cron.
             * @example 30 9 * * MON-FRI
             */
            readonly cron: string;
            /**
             * @description IANA zone of the times. Default: that of the rule `defaults`.
             * @example Europe/Vienna
             */
            readonly timezone?: string;
            /**
             * @description No firing before.
             * @default null
             * @example 2026-12-01T09:00
             */
            readonly startAt?: string | null;
            /**
             * @description No firing after.
             * @default null
             * @example 2026-12-01T09:00
             */
            readonly endAt?: string | null;
            /**
             * @description Each firing is put off by a random part of this.
             * @default 0
             */
            readonly jitterSeconds?: number;
            /**
             * @description Each recipient gets it when this time comes in its own zone (the `timezone` column of the audience, else the template, else the rule `defaults`). The run begins when it comes in the first zone, UTC+14; `timezone` then plays no part.
             * @default false
             */
            readonly recipientTime?: boolean;
        };
        readonly Campaign: {
            readonly id: string;
            readonly appId: string;
            readonly name: string;
            readonly template: {
                readonly id: number;
                readonly key: string;
                readonly version: number | null;
            };
            readonly audience: string;
            readonly variables: {
                readonly [key: string]: unknown;
            };
            readonly schedule: components["schemas"]["CampaignSchedule"];
            /**
             * @description At most `messages` in any `perSeconds` seconds for each run, besides all other limits; null: no limit of its own.
             * @example {
             *       "messages": 500,
             *       "perSeconds": 1
             *     }
             */
            readonly rate: {
                readonly messages: number;
                readonly perSeconds: number;
            } | null;
            readonly sendWindow: {
                readonly from: string;
                readonly until: string;
                readonly timezone: string;
            } | null;
            readonly pauseOn: {
                readonly errors: number | null;
                readonly share: number | null;
                readonly atLeast: number;
            } | null;
            /** @enum {string} */
            readonly overlap: "skip" | "buffer_one" | "allow_all";
            readonly catchupSeconds: number;
            readonly paused: boolean;
            /** @description Whether it may fire: only when it is `approved`. Most need no approval, and are. */
            readonly approval: {
                /** @enum {string} */
                readonly status: "waiting" | "approved" | "rejected" | "replaced" | "withdrawn";
                /** @description The same as a number of the ancestor: 10 waiting, 20 approved, 30 all else. */
                readonly code: 10 | 20 | 30;
                /** @description Of the approval; null: it needed none. */
                readonly id: string | null;
                /** @description Why it was rejected. */
                readonly reason: string | null;
            };
            /** @description Id of the approval that a change of it waits for; until then it goes on as it is. */
            readonly waitingChange: string | null;
            /** @description Counts the changes. */
            readonly revision: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly updatedAt: string;
        };
        readonly FullCampaign: {
            readonly id: string;
            readonly appId: string;
            readonly name: string;
            readonly template: {
                readonly id: number;
                readonly key: string;
                readonly version: number | null;
            };
            readonly audience: string;
            readonly variables: {
                readonly [key: string]: unknown;
            };
            readonly schedule: components["schemas"]["CampaignSchedule"];
            /**
             * @description At most `messages` in any `perSeconds` seconds for each run, besides all other limits; null: no limit of its own.
             * @example {
             *       "messages": 500,
             *       "perSeconds": 1
             *     }
             */
            readonly rate: {
                readonly messages: number;
                readonly perSeconds: number;
            } | null;
            readonly sendWindow: {
                readonly from: string;
                readonly until: string;
                readonly timezone: string;
            } | null;
            readonly pauseOn: {
                readonly errors: number | null;
                readonly share: number | null;
                readonly atLeast: number;
            } | null;
            /** @enum {string} */
            readonly overlap: "skip" | "buffer_one" | "allow_all";
            readonly catchupSeconds: number;
            readonly paused: boolean;
            /** @description Whether it may fire: only when it is `approved`. Most need no approval, and are. */
            readonly approval: {
                /** @enum {string} */
                readonly status: "waiting" | "approved" | "rejected" | "replaced" | "withdrawn";
                /** @description The same as a number of the ancestor: 10 waiting, 20 approved, 30 all else. */
                readonly code: 10 | 20 | 30;
                /** @description Of the approval; null: it needed none. */
                readonly id: string | null;
                /** @description Why it was rejected. */
                readonly reason: string | null;
            };
            /** @description Id of the approval that a change of it waits for; until then it goes on as it is. */
            readonly waitingChange: string | null;
            /** @description Counts the changes. */
            readonly revision: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly updatedAt: string;
            /** @description Up to ten, as Temporal has them, before jitter; null: not known now, and `nextFiringsUnavailable` says why. */
            readonly nextFirings: readonly string[] | null;
            readonly nextFiringsUnavailable: string | null;
            /** @description Firings that Temporal left out because a run was going. */
            readonly skippedByOverlap: number | null;
            /** @description Firings that came too late to be made up for. */
            readonly missedCatchup: number | null;
            /** @description With `once`, in words: that the time has passed without a firing, and what to do. Otherwise null. */
            readonly missed: string | null;
            /** @description The last ten, newest first. */
            readonly runs: readonly {
                readonly id: string;
                readonly url: string;
                /** @enum {string} */
                readonly state: "pending" | "running" | "paused" | "cancelling" | "finished" | "cancelled" | "failed" | "skipped";
                readonly reason: string | null;
                /** @enum {string} */
                readonly trigger: "schedule" | "api" | "retry";
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC.
                 * @example 2026-11-24T20:00:00.000Z
                 */
                readonly firedAt: string;
            }[];
        };
        /** @description A change that waits until a second person has approved it, or did. */
        readonly Approval: {
            readonly id: string;
            /** @enum {string} */
            readonly kind: "template_version" | "template_settings" | "campaign" | "rule" | "account";
            /** @description What is to be changed: its number, id or name. */
            readonly subject: string;
            /** @description The app that it belongs to; null: to none. */
            readonly appId: string | null;
            /** @enum {string} */
            readonly status: "waiting" | "approved" | "rejected" | "replaced" | "withdrawn";
            /** @description The same as a number of the ancestor: 10 waiting, 20 approved, 30 all else. */
            readonly code: 10 | 20 | 30;
            /** @description Id of the key, or the person, that asked. */
            readonly author: string;
            /** @description The person behind it; null: nobody knows who made the key. */
            readonly person: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly requestedAt: string;
            readonly decidedBy: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly decidedAt: string | null;
            /** @description Why it was rejected, or what the approver noted. */
            readonly reason: string | null;
        };
        /** @description Fields that are absent stay as they are. */
        readonly CampaignChange: {
            readonly name?: string;
            /** @description Number or key of a running template. */
            readonly template?: number | string;
            /** @description Version of the template; null (default): the current one at each firing. */
            readonly version?: number | null;
            /** @description Id of an uploaded audience of the same channel. */
            readonly audience?: string;
            /**
             * @description For all recipients; columns of the audience win over them.
             * @example {
             *       "name": "Ada",
             *       "order": 42
             *     }
             */
            readonly variables?: {
                readonly [key: string]: unknown;
            };
            readonly schedule?: components["schemas"]["NewCampaignSchedule"];
            /**
             * @description At most `messages` in any `perSeconds` seconds for each run, besides all other limits; null: no limit of its own.
             * @example {
             *       "messages": 500,
             *       "perSeconds": 1
             *     }
             */
            readonly rate?: {
                readonly messages: number;
                readonly perSeconds: number;
            } | null;
            /**
             * @description Times of day at which messages go out, over midnight when `from` is later; outside of them they wait. null: always.
             * @example {
             *       "from": "09:00",
             *       "until": "20:00",
             *       "timezone": "Europe/Vienna"
             *     }
             */
            readonly sendWindow?: {
                readonly from: string;
                readonly until: string;
                /** @example Europe/Vienna */
                readonly timezone?: string;
            } | null;
            /** @description When a run pauses itself, with the reason. Default: when a quarter of at least 100 failed. null: never. */
            readonly pauseOn?: {
                /**
                 * @description So many failures.
                 * @default null
                 */
                readonly errors?: number | null;
                /**
                 * @description Failures among the messages with an answer, 0 to 1.
                 * @default null
                 */
                readonly share?: number | null;
                /**
                 * @description Not before so many messages have an answer.
                 * @default 100
                 */
                readonly atLeast?: number;
            } | null;
            /**
             * @description When it fires while a run is going: `skip` (default) leaves the firing out, `buffer_one` lets one wait for the end, `allow_all` runs both. By hand, a second run starts only with `allow_all`.
             * @enum {string}
             */
            readonly overlap?: "skip" | "buffer_one" | "allow_all";
            /** @description A firing that was missed, because Temporal was away, is made up for within this time. Default 3600. */
            readonly catchupSeconds?: number;
            /** @description Does not fire by its schedule. Default false. */
            readonly paused?: boolean;
            /** @description Refused with 409 when the campaign has another revision. */
            readonly expectedRevision?: number;
        };
        readonly DeletedCampaign: {
            readonly id: string;
            /** @enum {boolean} */
            readonly deleted: true;
            /** @description Runs that go on; each can be cancelled. */
            readonly openRuns: readonly {
                readonly id: string;
                readonly url: string;
            }[];
        };
        readonly TriggeredRun: {
            readonly run: {
                readonly id: string;
                readonly url: string;
            };
            readonly check: components["schemas"]["CampaignCheck"];
        };
        /** @description A template with the content of its current version; while there is none, of its newest. */
        readonly TemplateWithContent: {
            /** @description Number; every endpoint takes it or the key. */
            readonly id: number;
            readonly key: string;
            readonly name: string;
            /** @enum {string} */
            readonly channel: "email" | "sms";
            /** @enum {string} */
            readonly messageType: "notice" | "marketing" | "verification";
            /** @enum {string} */
            readonly state: "running" | "stopped";
            /** @description The version that is sent; null: none has been approved yet. */
            readonly currentVersion: number | null;
            /** @description The version that waits for approval. */
            readonly waitingVersion: number | null;
            /** @description Id of the approval that a change of name or policy waits for. */
            readonly waitingSettings: string | null;
            readonly policy: components["schemas"]["TemplatePolicy"];
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly updatedAt: string;
            readonly content: components["schemas"]["EmailContent"] | components["schemas"]["SmsContent"];
            readonly variables: readonly {
                readonly name: string;
                readonly required: boolean;
            }[];
        };
        readonly TemplatePolicy: {
            /** @description At most `max` equal messages to one address within the window. Narrows the rule `dedup`, never widens it. */
            readonly dedup?: {
                readonly max: number;
                readonly windowSeconds: number;
            };
            /** @description Messages per address, channel and local day. Narrows the rule `caps`, never widens it. */
            readonly dailyCap?: number;
            /**
             * @description What happens in quiet hours: dropped (`shielded`), or held until they are over. Default: as the rule `quiet-hours` says.
             * @enum {string}
             */
            readonly quietHours?: "drop" | "wait";
            /** @description IANA zone of calendar days and quiet hours, where the recipient's is not known. */
            readonly timezone?: string;
            /**
             * @description After a hand-over whose answer was lost: send again or hold as `unknown`. Default hold; verification: resend.
             * @enum {string}
             */
            readonly onUnknown?: "resend" | "hold";
            /** @description For how long delivery is tried. Default: verification 15 min, notice 24 h, marketing 72 h. */
            readonly deliverWithinSeconds?: number;
            /** @description All messages of the template go by the same account, as long as it works. Default false. */
            readonly stickyAccount?: boolean;
            /** @description A message with `sendAt` goes to its provider at once, which holds it until then, where the account can (docs/providers.md); windows, caps and quiet hours count at once, too. Default false: it waits here. */
            readonly holdAtProvider?: boolean;
        };
        /**
         * @example {
         *       "subject": "Order {{ order }} is on its way",
         *       "html": "<p>Dear {{ name }}, …</p>"
         *     }
         */
        readonly EmailContent: {
            readonly subject: string;
            readonly html?: string;
            /** @description Instead of `html`. */
            readonly mjml?: string;
            /** @description The text part; made from the HTML when absent. */
            readonly text?: string;
        };
        /**
         * @example {
         *       "text": "Your code is {{ code }}."
         *     }
         */
        readonly SmsContent: {
            readonly text: string;
            readonly vendor?: components["schemas"]["VendorTemplate"];
        };
        /**
         * @description For accounts of providers that send templates of their own (aliyun); the others send `text`.
         * @example {
         *       "templateCode": "SMS_154950909",
         *       "params": {
         *         "code": "{{ code }}"
         *       }
         *     }
         */
        readonly VendorTemplate: {
            /** @description Code of the provider's template. Default: that of the account. */
            readonly templateCode?: string;
            /** @description Signature the provider shows. Default: that of the account. */
            readonly signName?: string;
            /** @description Values of the provider's template, as Liquid. Default: `content`, which is the whole text. */
            readonly params?: {
                readonly [key: string]: string;
            };
        };
        readonly Template: {
            /** @description Number; every endpoint takes it or the key. */
            readonly id: number;
            readonly key: string;
            readonly name: string;
            /** @enum {string} */
            readonly channel: "email" | "sms";
            /** @enum {string} */
            readonly messageType: "notice" | "marketing" | "verification";
            /** @enum {string} */
            readonly state: "running" | "stopped";
            /** @description The version that is sent; null: none has been approved yet. */
            readonly currentVersion: number | null;
            /** @description The version that waits for approval. */
            readonly waitingVersion: number | null;
            /** @description Id of the approval that a change of name or policy waits for. */
            readonly waitingSettings: string | null;
            readonly policy: components["schemas"]["TemplatePolicy"];
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly updatedAt: string;
        };
        readonly TemplateVersionWithContent: {
            readonly version: number;
            readonly variables: readonly {
                readonly name: string;
                readonly required: boolean;
            }[];
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly createdAt: string;
            /** @description Id of the API key, or the person, that made it. */
            readonly createdBy: string;
            readonly audit: components["schemas"]["Audit"];
            readonly content: components["schemas"]["EmailContent"] | components["schemas"]["SmsContent"];
        };
        readonly Audit: {
            /**
             * @description Only what is approved may be sent.
             * @enum {string}
             */
            readonly status: "waiting" | "approved" | "rejected" | "replaced" | "withdrawn";
            /** @description The same as a number of the ancestor: 10 waiting, 20 approved, 30 all else. */
            readonly code: 10 | 20 | 30;
            /** @description Absent: it needed no approval. */
            readonly approvalId?: string;
            readonly reason?: string;
            readonly decidedBy?: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly decidedAt?: string;
        };
        readonly TemplateVersion: {
            readonly version: number;
            readonly variables: readonly {
                readonly name: string;
                readonly required: boolean;
            }[];
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly createdAt: string;
            /** @description Id of the API key, or the person, that made it. */
            readonly createdBy: string;
            readonly audit: components["schemas"]["Audit"];
        };
        readonly Preview: {
            /** @enum {string} */
            readonly channel: "email";
            readonly subject: string;
            readonly html: string;
            readonly text: string;
            readonly variables: readonly {
                readonly name: string;
                readonly required: boolean;
            }[];
            /** @description Given, but not used by the content. */
            readonly unusedVariables: readonly string[];
        } | {
            /** @enum {string} */
            readonly channel: "sms";
            readonly text: string;
            /** @enum {string} */
            readonly encoding: "GSM-7" | "UCS-2";
            readonly segments: number;
            readonly characters: number;
            readonly vendor?: components["schemas"]["VendorTemplate"];
            readonly variables: readonly {
                readonly name: string;
                readonly required: boolean;
            }[];
            /** @description Given, but not used by the content. */
            readonly unusedVariables: readonly string[];
        };
        readonly AccountWithSecretNames: {
            readonly id: string;
            readonly name: string;
            /** @enum {string} */
            readonly channel: "email" | "sms";
            /** @example smtp */
            readonly provider: string;
            readonly config: {
                readonly [key: string]: unknown;
            };
            /**
             * @description At most `messages` in any `perSeconds` seconds, over all workers; null: no limit.
             * @example {
             *       "messages": 10,
             *       "perSeconds": 1
             *     }
             */
            readonly rate: {
                readonly messages: number;
                readonly perSeconds: number;
            } | null;
            /**
             * @description What statistics estimate costs by; null: they tell none for this account.
             * @example {
             *       "amount": "0.0075",
             *       "currency": "EUR"
             *     }
             */
            readonly price: {
                /** @description Of one email, or of one SMS segment. */
                readonly amount: string;
                readonly currency: string;
            } | null;
            /** @description Set when the provider told us that the account is broken, until a probe is answered well, it is verified or changed. */
            readonly parked: {
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC.
                 * @example 2026-11-24T20:00:00.000Z
                 */
                readonly at: string;
                readonly reason: string;
            } | null;
            readonly health: components["schemas"]["AccountHealth"];
            readonly revision: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly updatedAt: string;
            /** @description Names of the secrets that are set; null when LUMINATE_SECRET_KEY no longer opens them: enter them again. */
            readonly secrets: readonly string[] | null;
        };
        /** @description Whether an account works, as all workers together have found out. */
        readonly AccountHealth: {
            /**
             * @description `closed`: in use. `open`: not used after failures. `half_open`: one message probes. `ramping`: coming back. `held`: its provider asked to wait.
             * @enum {string}
             */
            readonly state: "closed" | "open" | "half_open" | "ramping" | "held";
            /**
             * Format: date-time
             * @description When it came into this state; null when nobody knows.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly since: string | null;
            /**
             * Format: date-time
             * @description When it is looked at again; null: nothing is planned.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly until: string | null;
            /** @description Why, in words. */
            readonly because: string | null;
            /** @description Answers that counted: when it opened, else within the window until now. */
            readonly attempts: number;
            /** @description The failures among them. */
            readonly failures: number;
            /** @description The part of its messages that it takes now. */
            readonly share: number;
            /** @description What an operator has decided; `auto`: the breaker decides. */
            readonly override: {
                /** @enum {string} */
                readonly mode: "auto" | "open" | "closed";
                readonly note: string | null;
                /** @description Id of the API key. */
                readonly author: string | null;
                /**
                 * Format: date-time
                 * @description When it was decided.
                 * @example 2026-11-24T20:00:00.000Z
                 */
                readonly at: string | null;
            };
        };
        readonly NewAccount_smtp: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly provider: "smtp";
            /** @description Unique among the accounts. */
            readonly name: string;
            readonly config: {
                /** @description Host name or address of the mail server. */
                readonly host: string;
                /**
                 * @description Port. Default 587; 465 usually goes with `secure`.
                 * @default 587
                 */
                readonly port?: number;
                /**
                 * @description TLS from the first byte. Default false: plain connection, upgraded by STARTTLS when the server offers it.
                 * @default false
                 */
                readonly secure?: boolean;
                /**
                 * @description Send only over TLS. Default false: with a server that offers no STARTTLS, mail and password go unencrypted.
                 * @default false
                 */
                readonly requireTls?: boolean;
                /** @description Sender, `address` or `Name <address>`; also the envelope sender, to which bounces go. */
                readonly from: string;
                /** @description Where answers go. Default: to `from`. */
                readonly replyTo?: string;
                /** @description Domain of the Message-ID. Default: the domain of `from`. A change makes receivers see retries as new mails. */
                readonly messageIdDomain?: string;
                /** @description Topic to which Amazon SES publishes bounces, complaints and deliveries. Default: none are taken from SES. */
                readonly snsTopicArn?: string;
                /**
                 * @description Connections kept open, and mails in flight, per worker process. Default 5. Providers limit it.
                 * @default 5
                 */
                readonly maxConnections?: number;
                /**
                 * @description Time to connect, in milliseconds. Default 10,000. Beyond it the attempt counts as not sent.
                 * @default 10000
                 */
                readonly connectTimeoutMs?: number;
                /**
                 * @description Time for the server's greeting, in milliseconds. Default 10,000. Beyond it the attempt counts as not sent.
                 * @default 10000
                 */
                readonly greetingTimeoutMs?: number;
                /**
                 * @description Longest silence of the server, in milliseconds. Default 60,000. If it falls silent after taking the mail, the outcome is unknown: raise this for servers that scan slowly.
                 * @default 60000
                 */
                readonly socketTimeoutMs?: number;
            };
            readonly secrets: {
                /** @description User name. Default: no sign-in. */
                readonly user?: string;
                /** @description Password of `user`. */
                readonly pass?: string;
                /** @description Signs receipts posted to /webhooks/generic/<account id> (Standard Webhooks). Default: none are taken. */
                readonly webhookSecret?: string;
                /** @description Verification key of SendGrid's signed Event Webhook, as SendGrid shows it. Default: none are taken. */
                readonly sendgridPublicKey?: string;
            };
            /**
             * @description At most `messages` in any `perSeconds` seconds, over all workers; null: no limit.
             * @default null
             * @example {
             *       "messages": 10,
             *       "perSeconds": 1
             *     }
             */
            readonly rate?: {
                readonly messages: number;
                readonly perSeconds: number;
            } | null;
            /**
             * @description What statistics estimate costs by; null: they tell none for this account.
             * @default null
             * @example {
             *       "amount": "0.0075",
             *       "currency": "EUR"
             *     }
             */
            readonly price?: {
                /** @description Of one email, or of one SMS segment. */
                readonly amount: string;
                readonly currency: string;
            } | null;
        };
        readonly NewAccount_twilio: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly provider: "twilio";
            /** @description Unique among the accounts. */
            readonly name: string;
            readonly config: {
                /** @description Account SID, from the Twilio console. */
                readonly accountSid: string;
                /** @description Sender: a number of the account in E.164, a short code, or a sender name. Give this or messagingServiceSid. */
                readonly from?: string;
                /** @description Messaging service whose senders are used. Give this or from. */
                readonly messagingServiceSid?: string;
                /**
                 * @description Hand texts for later over at once and let Twilio hold them (16 minutes to 35 days). Default false: they wait here. Needs messagingServiceSid.
                 * @default false
                 */
                readonly scheduleAtProvider?: boolean;
                /**
                 * Format: uri
                 * @description Where the API is. Default https://api.twilio.com. Set it for a sandbox, or for a region; over http the token goes unencrypted.
                 * @default https://api.twilio.com
                 */
                readonly baseUrl?: string;
                /**
                 * @description Time for an answer, in milliseconds. Default 10,000. A message that was sent off without an answer in time has an unknown outcome.
                 * @default 10000
                 */
                readonly timeoutMs?: number;
                /**
                 * @description Requests in flight per worker process. Default 10. Beyond it they wait.
                 * @default 10
                 */
                readonly concurrency?: number;
            };
            readonly secrets: {
                /** @description Auth token of the account, from the Twilio console. Without it receipts cannot be checked. */
                readonly authToken?: string;
                /** @description API key to sign in with instead of the token. Goes with apiKeySecret. */
                readonly apiKeySid?: string;
                /** @description Secret of the API key. */
                readonly apiKeySecret?: string;
            };
            /**
             * @description At most `messages` in any `perSeconds` seconds, over all workers; null: no limit.
             * @default null
             * @example {
             *       "messages": 10,
             *       "perSeconds": 1
             *     }
             */
            readonly rate?: {
                readonly messages: number;
                readonly perSeconds: number;
            } | null;
            /**
             * @description What statistics estimate costs by; null: they tell none for this account.
             * @default null
             * @example {
             *       "amount": "0.0075",
             *       "currency": "EUR"
             *     }
             */
            readonly price?: {
                /** @description Of one email, or of one SMS segment. */
                readonly amount: string;
                readonly currency: string;
            } | null;
        };
        readonly NewAccount_aliyun: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly provider: "aliyun";
            /** @description Unique among the accounts. */
            readonly name: string;
            readonly config: {
                /** @description Approved signature (签名) of texts whose template names none. Default: none, and such texts are refused. */
                readonly signName?: string;
                /** @description Approved template (模板) of texts whose template names none; it gets `content`, the whole text. Default: none, and such texts are refused. */
                readonly templateCode?: string;
                /**
                 * @description Region. Default cn-hangzhou.
                 * @default cn-hangzhou
                 */
                readonly regionId?: string;
                /**
                 * Format: uri
                 * @description Where the API is. Default https://dysmsapi.aliyuncs.com. Set it for a sandbox, or for the endpoint of another region.
                 * @default https://dysmsapi.aliyuncs.com
                 */
                readonly baseUrl?: string;
                /**
                 * @description Time for an answer, in milliseconds. Default 10,000. A message that was sent off without an answer in time has an unknown outcome.
                 * @default 10000
                 */
                readonly timeoutMs?: number;
                /**
                 * @description Requests in flight per worker process. Default 10. Beyond it they wait.
                 * @default 10
                 */
                readonly concurrency?: number;
            };
            readonly secrets: {
                /** @description AccessKey ID, best of a RAM user that may only use SMS. */
                readonly accessKeyId: string;
                /** @description AccessKey secret. */
                readonly accessKeySecret: string;
                /** @description Ends the address for SmsReport in the Aliyun console, `?token=…`: Aliyun does not sign its receipts. Default: none are taken. */
                readonly webhookToken?: string;
            };
            /**
             * @description At most `messages` in any `perSeconds` seconds, over all workers; null: no limit.
             * @default null
             * @example {
             *       "messages": 10,
             *       "perSeconds": 1
             *     }
             */
            readonly rate?: {
                readonly messages: number;
                readonly perSeconds: number;
            } | null;
            /**
             * @description What statistics estimate costs by; null: they tell none for this account.
             * @default null
             * @example {
             *       "amount": "0.0075",
             *       "currency": "EUR"
             *     }
             */
            readonly price?: {
                /** @description Of one email, or of one SMS segment. */
                readonly amount: string;
                readonly currency: string;
            } | null;
        };
        readonly "NewAccount_http-sms": {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly provider: "http-sms";
            /** @description Unique among the accounts. */
            readonly name: string;
            readonly config: {
                /**
                 * @description Default POST.
                 * @default POST
                 * @enum {string}
                 */
                readonly method?: "POST" | "PUT" | "PATCH" | "GET";
                /** @description Address, as Liquid; values are URL-encoded. The host must be written out. */
                readonly url: string;
                /**
                 * @description Allow an address without TLS. Default false.
                 * @default false
                 */
                readonly allowHttp?: boolean;
                /**
                 * @description Headers, as Liquid, e.g. `{"Authorization": "Bearer {{ secrets.token }}"}`.
                 * @default {}
                 */
                readonly headers?: {
                    readonly [key: string]: string;
                };
                /**
                 * @default {
                 *       "kind": "none"
                 *     }
                 */
                readonly body?: {
                    /** @enum {string} */
                    readonly kind: "none";
                } | {
                    /** @enum {string} */
                    readonly kind: "json";
                    /** @description JSON whose texts are Liquid. A value stays inside its text. */
                    readonly content: unknown;
                } | {
                    /** @enum {string} */
                    readonly kind: "form";
                    readonly fields: {
                        readonly [key: string]: string;
                    };
                } | {
                    /** @enum {string} */
                    readonly kind: "text";
                    /** @default text/plain; charset=utf-8 */
                    readonly contentType?: string;
                    /** @description Liquid. Values are put in as they are: use its filters to escape. */
                    readonly content: string;
                };
                /**
                 * @description Sender, as `{{ from }}`. Default: empty.
                 * @default
                 */
                readonly from?: string;
                /** @description How answers are read. */
                readonly response: {
                    /** @description The first that fits decides. For what none fits: see the documentation of providers. */
                    readonly rules: readonly {
                        /** @description All that is given must be so. A pointer alone: there is something. */
                        readonly when: {
                            /** @description HTTP status, or first and last of a range. */
                            readonly status?: number | readonly [
                                number,
                                number
                            ];
                            /** @description JSON Pointer into the answer, like /data/id. */
                            readonly pointer?: string;
                            /** @description What is at `pointer`. */
                            readonly equals?: string | number | boolean;
                            /** @description Pattern of the text at `pointer`. */
                            readonly matches?: string;
                            /** @description Pattern of the first 4,096 characters of the answer. */
                            readonly bodyMatches?: string;
                        };
                        /**
                         * @description What such an answer means.
                         * @enum {string}
                         */
                        readonly class: "accepted" | "refused" | "throttled" | "unavailable" | "misconfigured" | "ambiguous";
                        /**
                         * @description With refused: the address itself is dead, or has opted out.
                         * @enum {string}
                         */
                        readonly suppress?: "hard_bounce" | "opt_out";
                    }[];
                    /** @description JSON Pointer into the answer, like /data/id. */
                    readonly codeFrom?: string;
                    /** @description JSON Pointer into the answer, like /data/id. */
                    readonly detailFrom?: string;
                    /** @description JSON Pointer into the answer, like /data/id. */
                    readonly messageIdFrom?: string;
                    /**
                     * @description Header that says how long to wait: seconds or a date. Default Retry-After.
                     * @default retry-after
                     */
                    readonly retryAfterHeader?: string;
                };
                /** @description A GET that changes nothing and answers 2xx when the credentials are right; used to verify the account. Default: only whether the host answers. */
                readonly check?: {
                    /** @description Address, as Liquid; values are URL-encoded. The host must be written out. */
                    readonly url: string;
                    /**
                     * @description Headers, as Liquid, e.g. `{"Authorization": "Bearer {{ secrets.token }}"}`.
                     * @default {}
                     */
                    readonly headers?: {
                        readonly [key: string]: string;
                    };
                };
                /**
                 * @description Time for an answer, in milliseconds. Default 10,000. A message that was sent off without an answer in time has an unknown outcome.
                 * @default 10000
                 */
                readonly timeoutMs?: number;
                /**
                 * @description Requests in flight per worker process. Default 10. Beyond it they wait.
                 * @default 10
                 */
                readonly concurrency?: number;
            };
            readonly secrets: {
                readonly [key: string]: string;
            };
            /**
             * @description At most `messages` in any `perSeconds` seconds, over all workers; null: no limit.
             * @default null
             * @example {
             *       "messages": 10,
             *       "perSeconds": 1
             *     }
             */
            readonly rate?: {
                readonly messages: number;
                readonly perSeconds: number;
            } | null;
            /**
             * @description What statistics estimate costs by; null: they tell none for this account.
             * @default null
             * @example {
             *       "amount": "0.0075",
             *       "currency": "EUR"
             *     }
             */
            readonly price?: {
                /** @description Of one email, or of one SMS segment. */
                readonly amount: string;
                readonly currency: string;
            } | null;
        };
        readonly "NewAccount_http-email": {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly provider: "http-email";
            /** @description Unique among the accounts. */
            readonly name: string;
            readonly config: {
                /**
                 * @description Default POST.
                 * @default POST
                 * @enum {string}
                 */
                readonly method?: "POST" | "PUT" | "PATCH" | "GET";
                /** @description Address, as Liquid; values are URL-encoded. The host must be written out. */
                readonly url: string;
                /**
                 * @description Allow an address without TLS. Default false.
                 * @default false
                 */
                readonly allowHttp?: boolean;
                /**
                 * @description Headers, as Liquid, e.g. `{"Authorization": "Bearer {{ secrets.token }}"}`.
                 * @default {}
                 */
                readonly headers?: {
                    readonly [key: string]: string;
                };
                /**
                 * @default {
                 *       "kind": "none"
                 *     }
                 */
                readonly body?: {
                    /** @enum {string} */
                    readonly kind: "none";
                } | {
                    /** @enum {string} */
                    readonly kind: "json";
                    /** @description JSON whose texts are Liquid. A value stays inside its text. */
                    readonly content: unknown;
                } | {
                    /** @enum {string} */
                    readonly kind: "form";
                    readonly fields: {
                        readonly [key: string]: string;
                    };
                } | {
                    /** @enum {string} */
                    readonly kind: "text";
                    /** @default text/plain; charset=utf-8 */
                    readonly contentType?: string;
                    /** @description Liquid. Values are put in as they are: use its filters to escape. */
                    readonly content: string;
                };
                /**
                 * @description Sender, as `{{ from }}`. Default: empty.
                 * @default
                 */
                readonly from?: string;
                /** @description How answers are read. */
                readonly response: {
                    /** @description The first that fits decides. For what none fits: see the documentation of providers. */
                    readonly rules: readonly {
                        /** @description All that is given must be so. A pointer alone: there is something. */
                        readonly when: {
                            /** @description HTTP status, or first and last of a range. */
                            readonly status?: number | readonly [
                                number,
                                number
                            ];
                            /** @description JSON Pointer into the answer, like /data/id. */
                            readonly pointer?: string;
                            /** @description What is at `pointer`. */
                            readonly equals?: string | number | boolean;
                            /** @description Pattern of the text at `pointer`. */
                            readonly matches?: string;
                            /** @description Pattern of the first 4,096 characters of the answer. */
                            readonly bodyMatches?: string;
                        };
                        /**
                         * @description What such an answer means.
                         * @enum {string}
                         */
                        readonly class: "accepted" | "refused" | "throttled" | "unavailable" | "misconfigured" | "ambiguous";
                        /**
                         * @description With refused: the address itself is dead, or has opted out.
                         * @enum {string}
                         */
                        readonly suppress?: "hard_bounce" | "opt_out";
                    }[];
                    /** @description JSON Pointer into the answer, like /data/id. */
                    readonly codeFrom?: string;
                    /** @description JSON Pointer into the answer, like /data/id. */
                    readonly detailFrom?: string;
                    /** @description JSON Pointer into the answer, like /data/id. */
                    readonly messageIdFrom?: string;
                    /**
                     * @description Header that says how long to wait: seconds or a date. Default Retry-After.
                     * @default retry-after
                     */
                    readonly retryAfterHeader?: string;
                };
                /** @description A GET that changes nothing and answers 2xx when the credentials are right; used to verify the account. Default: only whether the host answers. */
                readonly check?: {
                    /** @description Address, as Liquid; values are URL-encoded. The host must be written out. */
                    readonly url: string;
                    /**
                     * @description Headers, as Liquid, e.g. `{"Authorization": "Bearer {{ secrets.token }}"}`.
                     * @default {}
                     */
                    readonly headers?: {
                        readonly [key: string]: string;
                    };
                };
                /**
                 * @description Time for an answer, in milliseconds. Default 10,000. A message that was sent off without an answer in time has an unknown outcome.
                 * @default 10000
                 */
                readonly timeoutMs?: number;
                /**
                 * @description Requests in flight per worker process. Default 10. Beyond it they wait.
                 * @default 10
                 */
                readonly concurrency?: number;
            };
            readonly secrets: {
                readonly [key: string]: string;
            };
            /**
             * @description At most `messages` in any `perSeconds` seconds, over all workers; null: no limit.
             * @default null
             * @example {
             *       "messages": 10,
             *       "perSeconds": 1
             *     }
             */
            readonly rate?: {
                readonly messages: number;
                readonly perSeconds: number;
            } | null;
            /**
             * @description What statistics estimate costs by; null: they tell none for this account.
             * @default null
             * @example {
             *       "amount": "0.0075",
             *       "currency": "EUR"
             *     }
             */
            readonly price?: {
                /** @description Of one email, or of one SMS segment. */
                readonly amount: string;
                readonly currency: string;
            } | null;
        };
        /** @description Credentials of one provider. Secrets are never told. */
        readonly Account: {
            readonly id: string;
            readonly name: string;
            /** @enum {string} */
            readonly channel: "email" | "sms";
            /** @example smtp */
            readonly provider: string;
            readonly config: {
                readonly [key: string]: unknown;
            };
            /**
             * @description At most `messages` in any `perSeconds` seconds, over all workers; null: no limit.
             * @example {
             *       "messages": 10,
             *       "perSeconds": 1
             *     }
             */
            readonly rate: {
                readonly messages: number;
                readonly perSeconds: number;
            } | null;
            /**
             * @description What statistics estimate costs by; null: they tell none for this account.
             * @example {
             *       "amount": "0.0075",
             *       "currency": "EUR"
             *     }
             */
            readonly price: {
                /** @description Of one email, or of one SMS segment. */
                readonly amount: string;
                readonly currency: string;
            } | null;
            /** @description Set when the provider told us that the account is broken, until a probe is answered well, it is verified or changed. */
            readonly parked: {
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC.
                 * @example 2026-11-24T20:00:00.000Z
                 */
                readonly at: string;
                readonly reason: string;
            } | null;
            readonly health: components["schemas"]["AccountHealth"];
            readonly revision: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly updatedAt: string;
        };
        readonly Verification: {
            readonly ok: boolean;
            readonly detail: string;
            /**
             * @description What a send would meet; only when not ok.
             * @enum {string}
             */
            readonly class?: "accepted" | "refused" | "throttled" | "unavailable" | "misconfigured" | "ambiguous";
            /** @description The provider's code; only when not ok. */
            readonly code?: string;
        };
        /** @description Which accounts serve a lane. An empty route: messages wait. */
        readonly LaneRoute: {
            /** @enum {string} */
            readonly lane: "email.notice" | "email.marketing" | "email.verification" | "sms.notice" | "sms.marketing" | "sms.verification";
            /** @description In failover order. */
            readonly accounts: readonly {
                readonly accountId: string;
                /** @description Share of first attempts, relative to the others; 0: failover only. */
                readonly weight: number;
            }[];
        };
        /** @description One firing of a campaign, with a frozen audience. */
        readonly Run: {
            readonly id: string;
            readonly campaignId: string;
            readonly appId: string;
            readonly template: {
                readonly id: number;
                readonly version: number;
            };
            /** @enum {string} */
            readonly lane: "email.notice" | "email.marketing" | "email.verification" | "sms.notice" | "sms.marketing" | "sms.verification";
            readonly audienceId: string;
            /** @description The run whose failed messages it sends again. */
            readonly retryOf: string | null;
            /** @enum {string} */
            readonly trigger: "schedule" | "api" | "retry";
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly firedAt: string;
            /** @description Local time at which each recipient gets it; null: at once. */
            readonly recipientTime: string | null;
            readonly settings: {
                /**
                 * @description Beyond all other limits; null: none.
                 * @example {
                 *       "messages": 500,
                 *       "perSeconds": 1
                 *     }
                 */
                readonly rate: {
                    readonly messages: number;
                    readonly perSeconds: number;
                } | null;
                readonly sendWindow: {
                    readonly from: string;
                    readonly until: string;
                    readonly timezone: string;
                } | null;
                readonly pauseOn: {
                    readonly errors: number | null;
                    readonly share: number | null;
                    readonly atLeast: number;
                } | null;
            };
            /** @enum {string} */
            readonly state: "pending" | "running" | "paused" | "cancelling" | "finished" | "cancelled" | "failed" | "skipped";
            /** @description Why it is paused, was cancelled, or did not begin. */
            readonly reason: string | null;
            readonly detail: {
                readonly [key: string]: unknown;
            } | null;
            /** @description Recipients. Always imported + toImport. */
            readonly total: number;
            /** @description Recipients that have a message. Always the sum of counts. */
            readonly imported: number;
            readonly toImport: number;
            /** @description Messages by status. */
            readonly counts: {
                readonly accepted?: number;
                readonly deferred?: number;
                readonly sending?: number;
                readonly sent?: number;
                readonly delivered?: number;
                readonly bounced?: number;
                readonly undelivered?: number;
                readonly complained?: number;
                readonly discarded?: number;
                readonly suppressed?: number;
                readonly deduplicated?: number;
                readonly capped?: number;
                readonly shielded?: number;
                readonly recalled?: number;
                readonly expired?: number;
                readonly failed?: number;
                readonly unknown?: number;
            };
            /** @description Messages that wait for their turn or time. */
            readonly waiting: number;
            /** @description Messages that are being handed over. */
            readonly inFlight: number;
            /** @description Messages in a final status. */
            readonly ended: number;
            /** @description Messages that ended a second, over the last half minute at most. */
            readonly ratePerSecond: number | null;
            /** @description At this rate; null while nothing moves or it has ended. */
            readonly etaSeconds: number | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly startedAt: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly finishedAt: string | null;
            readonly links: {
                readonly self: string;
                readonly events: string;
                readonly result: string;
                readonly messages: string;
                /** @description The workflow in the Temporal Web UI. */
                readonly temporal: string;
            };
        };
        /**
         * @description At most so many messages in any so many seconds.
         * @example {
         *       "messages": 500,
         *       "perSeconds": 1
         *     }
         */
        readonly Rate: {
            readonly messages: number;
            readonly perSeconds: number;
        } | null;
        readonly CancelledRun: {
            readonly id: string;
            readonly campaignId: string;
            readonly appId: string;
            readonly template: {
                readonly id: number;
                readonly version: number;
            };
            /** @enum {string} */
            readonly lane: "email.notice" | "email.marketing" | "email.verification" | "sms.notice" | "sms.marketing" | "sms.verification";
            readonly audienceId: string;
            /** @description The run whose failed messages it sends again. */
            readonly retryOf: string | null;
            /** @enum {string} */
            readonly trigger: "schedule" | "api" | "retry";
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly firedAt: string;
            /** @description Local time at which each recipient gets it; null: at once. */
            readonly recipientTime: string | null;
            readonly settings: {
                /**
                 * @description Beyond all other limits; null: none.
                 * @example {
                 *       "messages": 500,
                 *       "perSeconds": 1
                 *     }
                 */
                readonly rate: {
                    readonly messages: number;
                    readonly perSeconds: number;
                } | null;
                readonly sendWindow: {
                    readonly from: string;
                    readonly until: string;
                    readonly timezone: string;
                } | null;
                readonly pauseOn: {
                    readonly errors: number | null;
                    readonly share: number | null;
                    readonly atLeast: number;
                } | null;
            };
            /** @enum {string} */
            readonly state: "pending" | "running" | "paused" | "cancelling" | "finished" | "cancelled" | "failed" | "skipped";
            /** @description Why it is paused, was cancelled, or did not begin. */
            readonly reason: string | null;
            readonly detail: {
                readonly [key: string]: unknown;
            } | null;
            /** @description Recipients. Always imported + toImport. */
            readonly total: number;
            /** @description Recipients that have a message. Always the sum of counts. */
            readonly imported: number;
            readonly toImport: number;
            /** @description Messages by status. */
            readonly counts: {
                readonly accepted?: number;
                readonly deferred?: number;
                readonly sending?: number;
                readonly sent?: number;
                readonly delivered?: number;
                readonly bounced?: number;
                readonly undelivered?: number;
                readonly complained?: number;
                readonly discarded?: number;
                readonly suppressed?: number;
                readonly deduplicated?: number;
                readonly capped?: number;
                readonly shielded?: number;
                readonly recalled?: number;
                readonly expired?: number;
                readonly failed?: number;
                readonly unknown?: number;
            };
            /** @description Messages that wait for their turn or time. */
            readonly waiting: number;
            /** @description Messages that are being handed over. */
            readonly inFlight: number;
            /** @description Messages in a final status. */
            readonly ended: number;
            /** @description Messages that ended a second, over the last half minute at most. */
            readonly ratePerSecond: number | null;
            /** @description At this rate; null while nothing moves or it has ended. */
            readonly etaSeconds: number | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly startedAt: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly finishedAt: string | null;
            readonly links: {
                readonly self: string;
                readonly events: string;
                readonly result: string;
                readonly messages: string;
                /** @description The workflow in the Temporal Web UI. */
                readonly temporal: string;
            };
            /** @description Messages that were stopped; null: not counted yet, it is still at it. */
            readonly recalled: number | null;
            /** @description Messages that had gone out, or were just going. */
            readonly tooLate: number | null;
        };
        readonly Rule: {
            /** @enum {string} */
            readonly name: "dedup" | "caps" | "discard" | "quiet-hours" | "flow" | "routes" | "breaker" | "attachments" | "defaults" | "approval";
            readonly value?: components["schemas"]["RuleDedup"] | components["schemas"]["RuleCaps"] | components["schemas"]["RuleDiscard"] | components["schemas"]["RuleQuietHours"] | components["schemas"]["RuleFlow"] | components["schemas"]["RuleRoutes"] | components["schemas"]["RuleBreaker"] | components["schemas"]["RuleAttachments"] | components["schemas"]["RuleDefaults"] | components["schemas"]["RuleApproval"] | {
                readonly [key: string]: unknown;
            } | unknown | null;
            /** @description 0: nobody has set the rule, and the value is the default. */
            readonly version: number;
            /** @description False: the stored value was changed by hand and does not fit. The newest version that fits is in force. */
            readonly valid: boolean;
            /** @description Id of the API key that wrote it, or `system`; null: the default. */
            readonly author: string | null;
            readonly note: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly at: string | null;
        };
        /** @description Value of the rule `dedup`: content deduplication. Templates may narrow it. */
        readonly RuleDedup: {
            /** @description Content window of notice messages; null: none. */
            readonly notice: {
                /** @description Equal messages to one address within the window. */
                readonly max: number;
                readonly windowSeconds: number;
            } | null;
            /** @description Content window of marketing messages; null: none. */
            readonly marketing: {
                /** @description Equal messages to one address within the window. */
                readonly max: number;
                readonly windowSeconds: number;
            } | null;
            /** @description Content window of verification messages; null: none. */
            readonly verification: {
                /** @description Equal messages to one address within the window. */
                readonly max: number;
                readonly windowSeconds: number;
            } | null;
            /**
             * @description Templates, by number or key, whose messages are not deduplicated at all.
             * @example [
             *       "order-shipped",
             *       17
             *     ]
             */
            readonly exempt: readonly (number | string)[];
        };
        /** @description Value of the rule `caps`: messages per address, channel and local day. Templates may narrow it. */
        readonly RuleCaps: {
            /** @description Most notice messages a day; null: no limit. */
            readonly notice: number | null;
            /** @description Most marketing messages a day; null: no limit. */
            readonly marketing: number | null;
            /** @description Most verification messages a day; null: no limit. */
            readonly verification: number | null;
            /**
             * @description Templates, by number or key, whose messages are not limited at all.
             * @example [
             *       "order-shipped",
             *       17
             *     ]
             */
            readonly exempt: readonly (number | string)[];
        };
        /** @description Value of the rule `discard`: messages of what is named end `discarded`, those that wait as well. */
        readonly RuleDiscard: {
            /**
             * @description Templates by number or key.
             * @example [
             *       "order-shipped",
             *       17
             *     ]
             */
            readonly templates: readonly (number | string)[];
            /** @description Ids of apps. */
            readonly apps: readonly string[];
        };
        /** @description Value of the rule `quiet-hours`. In them a message goes out all the same (`send`), ends `shielded` (`drop`) or waits (`wait`). */
        readonly RuleQuietHours: {
            /** @description Local time at which the quiet hours begin. */
            readonly from: string;
            /** @description Local time at which they end; before `from`: on the next day. */
            readonly until: string;
            /** @description Local time at which waiting messages go out; at `until` or later. */
            readonly resumeAt: string;
            /**
             * @description What happens to notice messages in quiet hours.
             * @enum {string}
             */
            readonly notice: "send" | "drop" | "wait";
            /**
             * @description What happens to marketing messages in quiet hours.
             * @enum {string}
             */
            readonly marketing: "send" | "drop" | "wait";
            /**
             * @description What happens to verification messages in quiet hours.
             * @enum {string}
             */
            readonly verification: "send" | "drop" | "wait";
        };
        /** @description Value of the rule `flow`: rates beyond those of accounts; all of them count. */
        readonly RuleFlow: {
            /** @description By account id: wins over the account's own rate; null lifts it. */
            readonly accounts: {
                readonly [key: string]: components["schemas"]["Rate"] & unknown;
            };
            /** @description All messages of a channel together. */
            readonly channels: {
                readonly email?: components["schemas"]["Rate"] & unknown;
                readonly sms?: components["schemas"]["Rate"] & unknown;
            };
            /** @description By app id: all messages of an app together. */
            readonly apps: {
                readonly [key: string]: components["schemas"]["Rate"] & unknown;
            };
        };
        /** @description Value of the rule `routes`: the accounts that serve each lane. Without a route messages wait. */
        readonly RuleRoutes: {
            /** @description In failover order. */
            readonly "email.notice"?: readonly {
                readonly accountId: string;
                /** @description Share of first attempts, relative to the others; 0: failover only. */
                readonly weight: number;
            }[];
            /** @description In failover order. */
            readonly "email.marketing"?: readonly {
                readonly accountId: string;
                /** @description Share of first attempts, relative to the others; 0: failover only. */
                readonly weight: number;
            }[];
            /** @description In failover order. */
            readonly "email.verification"?: readonly {
                readonly accountId: string;
                /** @description Share of first attempts, relative to the others; 0: failover only. */
                readonly weight: number;
            }[];
            /** @description In failover order. */
            readonly "sms.notice"?: readonly {
                readonly accountId: string;
                /** @description Share of first attempts, relative to the others; 0: failover only. */
                readonly weight: number;
            }[];
            /** @description In failover order. */
            readonly "sms.marketing"?: readonly {
                readonly accountId: string;
                /** @description Share of first attempts, relative to the others; 0: failover only. */
                readonly weight: number;
            }[];
            /** @description In failover order. */
            readonly "sms.verification"?: readonly {
                readonly accountId: string;
                /** @description Share of first attempts, relative to the others; 0: failover only. */
                readonly weight: number;
            }[];
        };
        /** @description Value of the rule `breaker`: when a failing account is taken out of use. */
        readonly RuleBreaker: {
            /** @description Answers of this time are looked at. */
            readonly windowSeconds: number;
            /** @description Fewer answers than this never open it. */
            readonly minAttempts: number;
            /** @description Share of failures, above 0 to 1, that opens it. */
            readonly failureShare: number;
            /** @description For how long it stays open at first; doubles with each failed probe. */
            readonly openSeconds: number;
            /** @description For how long it stays open at most. */
            readonly maxOpenSeconds: number;
            /** @description Time from a good probe to the full share. */
            readonly rampSeconds: number;
        };
        /** @description Value of the rule `attachments`. */
        readonly RuleAttachments: {
            /**
             * @description Hosts that attachments may be fetched from, over https. `*.example.com`: every name below it, but not itself. Port 443, unless another is named: `files.example.com:8443`.
             * @example [
             *       "files.example.com",
             *       "*.cdn.example.com"
             *     ]
             */
            readonly hosts: readonly string[];
            /** @description Most bytes of all attachments of one mail. */
            readonly maxBytes: number;
        };
        /** @description Value of the rule `defaults`. */
        readonly RuleDefaults: {
            /** @description Region in which a phone number without country code is read. */
            readonly region: string;
            /** @description Zone of days and quiet hours where neither recipient nor template names one. */
            readonly timezone: string;
        };
        /** @description Value of the rule `approval`: what waits until a second person has approved it (docs/approval.md). */
        readonly RuleApproval: {
            /** @description New versions of templates, and changes of their names and policies. */
            readonly templates: boolean;
            /** @description Campaigns with more recipients than this; null: none. */
            readonly campaignsOver: number | null;
            /** @description Rules and routes, this one too. */
            readonly rules: boolean;
            /** @description Accounts of providers. */
            readonly accounts: boolean;
        };
        /** @description An address that must not be contacted. */
        readonly Suppression: {
            readonly id: string;
            /** @enum {string} */
            readonly channel: "email" | "sms";
            /**
             * @description Masked.
             * @example a***@example.com
             */
            readonly to: string;
            /** @description Null: for all apps. */
            readonly app: string | null;
            /** @enum {string} */
            readonly reason: "hard_bounce" | "complaint" | "stop" | "unsubscribe" | "manual";
            /** @enum {string} */
            readonly appliesTo: "all" | "marketing";
            /**
             * @description Where it comes from.
             * @example receipt:ses
             */
            readonly source: string;
            readonly detail: {
                readonly [key: string]: unknown;
            } | null;
            /** @description The message that led to it. */
            readonly messageId: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly createdAt: string;
            /** @description Set when it holds no more. */
            readonly lifted: {
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC.
                 * @example 2026-11-24T20:00:00.000Z
                 */
                readonly at: string;
                readonly by: string;
            } | null;
        };
        readonly NewSuppression: {
            /**
             * @description Default: email if there is an @ in `to`, else sms.
             * @enum {string}
             */
            readonly channel?: "email" | "sms";
            readonly to: string;
            /**
             * @default manual
             * @enum {string}
             */
            readonly reason?: "hard_bounce" | "complaint" | "stop" | "unsubscribe" | "manual";
            /**
             * @description Default: marketing for unsubscribe, else all.
             * @enum {string}
             */
            readonly appliesTo?: "all" | "marketing";
            /** @description Id of the app; null: all apps. Default: the key's own app, with an admin key all apps. Others need an admin key. */
            readonly app?: string | null;
            /** @description Why, for those who read it later. No personal data. */
            readonly note?: string;
        };
        /** @description A file of recipients. */
        readonly Audience: {
            /** @example aud_01M84BZW808SY1J1GKT7KH6WJQ */
            readonly id: string;
            readonly app: string;
            readonly uploadId: string | null;
            readonly name: string;
            /** @enum {string} */
            readonly channel: "email" | "sms";
            /**
             * @description `uploading`: it is being received and read.
             * @enum {string}
             */
            readonly status: "uploading" | "ready";
            readonly addressColumn: string;
            readonly timezoneColumn: string | null;
            /** @description All columns, in the order of the file. */
            readonly columns: readonly string[] | null;
            /** @description The columns that are variables: all but the other two. */
            readonly variables: readonly string[] | null;
            /** @example utf-8 */
            readonly encoding: string | null;
            /** @example , */
            readonly delimiter: string | null;
            /** @description So far, while it is `uploading`. */
            readonly bytes: number;
            /** @description So far, while it is `uploading`; then accepted + duplicates + invalid. */
            readonly rows: number;
            /** @description Rows that are sent to. Null until it is ready. */
            readonly accepted: number | null;
            /** @description Rows whose address came before. Null until it is ready. */
            readonly duplicates: number | null;
            /** @description Rows that cannot be sent to. Null until it is ready. */
            readonly invalid: number | null;
            /** @description SHA-256 of the file as it was received, in hex. */
            readonly checksum: string | null;
            /** @description The first accepted rows, to check that the file was understood; long values are cut. */
            readonly sample: readonly {
                readonly row: number;
                /** @description Masked, unless the key is an admin key. */
                readonly to: string;
                readonly timezone: string | null;
                readonly variables: {
                    readonly [key: string]: string;
                };
            }[];
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description While it is `uploading`: the last sign of life.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly updatedAt: string;
            readonly links: {
                readonly rejects: string;
            };
        };
        readonly WebhookWithSecret: {
            readonly id: string;
            readonly appId: string;
            readonly url: string;
            readonly description: string | null;
            readonly events: readonly ("message.sent" | "message.delivered" | "message.failed" | "message.bounced" | "message.undelivered" | "message.complained" | "message.unknown" | "message.stopped" | "run.finished" | "run.paused")[] | null;
            readonly enabled: boolean;
            /**
             * @description `gone`: it answered 410. `failing`: nothing but failures for five days.
             * @enum {string|null}
             */
            readonly disabledReason: "by_owner" | "gone" | "failing" | null;
            /**
             * Format: date-time
             * @description Since when it has answered nothing but failures.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly failingSince: string | null;
            /**
             * Format: date-time
             * @description Until when the secret before the current one signs as well.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly previousSecretUntil: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly updatedAt: string;
            /**
             * @description Verifies the signatures. Told once: null in the answer to a repeated request.
             * @example whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
             */
            readonly secret: string | null;
        };
        readonly NewWebhook: {
            /**
             * @description https, at a public address. Events are posted there.
             * @example https://shop.example/hooks/luminate
             */
            readonly url: string;
            /**
             * @description For people.
             * @default null
             */
            readonly description?: string | null;
            /**
             * @description What it is told of; null: everything, also what is added later.
             * @default null
             */
            readonly events?: readonly ("message.sent" | "message.delivered" | "message.failed" | "message.bounced" | "message.undelivered" | "message.complained" | "message.unknown" | "message.stopped" | "run.finished" | "run.paused")[] | null;
        };
        /** @description Where an app is told of events. Its secret is never told again. */
        readonly Webhook: {
            readonly id: string;
            readonly appId: string;
            readonly url: string;
            readonly description: string | null;
            readonly events: readonly ("message.sent" | "message.delivered" | "message.failed" | "message.bounced" | "message.undelivered" | "message.complained" | "message.unknown" | "message.stopped" | "run.finished" | "run.paused")[] | null;
            readonly enabled: boolean;
            /**
             * @description `gone`: it answered 410. `failing`: nothing but failures for five days.
             * @enum {string|null}
             */
            readonly disabledReason: "by_owner" | "gone" | "failing" | null;
            /**
             * Format: date-time
             * @description Since when it has answered nothing but failures.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly failingSince: string | null;
            /**
             * Format: date-time
             * @description Until when the secret before the current one signs as well.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly previousSecretUntil: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly updatedAt: string;
        };
        readonly WebhookChange: {
            /**
             * @description https, at a public address. Events are posted there.
             * @example https://shop.example/hooks/luminate
             */
            readonly url?: string;
            /** @description For people. */
            readonly description?: string | null;
            /** @description What it is told of; null: everything, also what is added later. */
            readonly events?: readonly ("message.sent" | "message.delivered" | "message.failed" | "message.bounced" | "message.undelivered" | "message.complained" | "message.unknown" | "message.stopped" | "run.finished" | "run.paused")[] | null;
            /** @description false discards what waits for it; true begins anew. What happened meanwhile is not told later. */
            readonly enabled?: boolean;
        };
        /** @description One event for one endpoint. */
        readonly WebhookDelivery: {
            readonly id: string;
            readonly webhookId: string;
            /** @description The `webhook-id` of its requests. */
            readonly eventId: string;
            /** @enum {string} */
            readonly type: "message.sent" | "message.delivered" | "message.failed" | "message.bounced" | "message.undelivered" | "message.complained" | "message.unknown" | "message.stopped" | "run.finished" | "run.paused" | "webhook.test";
            /** @description As it is posted. */
            readonly data: {
                readonly [key: string]: unknown;
            };
            /** @enum {string} */
            readonly state: "pending" | "delivered" | "failed" | "discarded";
            readonly attempts: number;
            readonly lastAttempt: {
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC.
                 * @example 2026-11-24T20:00:00.000Z
                 */
                readonly at: string;
                /** @description HTTP status; null: there was no answer. */
                readonly status: number | null;
                /** @description The beginning of the answer, addresses masked, or why there was none. */
                readonly words: string;
            } | null;
            /**
             * Format: date-time
             * @description Not before; it also waits for earlier events of the same message.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly nextAttemptAt: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly happenedAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly createdAt: string;
        };
        readonly WebhookReplayed: {
            readonly replayed: number;
        };
        readonly WebhookReplay: {
            /**
             * Format: date-time
             * @description What failed, or was discarded, of the events given to the endpoint since then.
             */
            readonly from: string;
        };
        readonly MaintenanceJob: {
            /** @enum {string} */
            readonly job: "retention" | "reconcile" | "relay-check" | "projection-repair" | "statistics";
            /** @description It runs only by hand. `null` while Temporal is away. */
            readonly paused: boolean | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly nextAt: string | null;
            /** @description `null` while Temporal is away. */
            readonly running: boolean | null;
            readonly links: {
                /** @description Its workflows that run, in the Temporal Web UI. */
                readonly running: readonly string[];
            };
            /** @description The last ones that ended, newest first. */
            readonly runs: readonly {
                /** @enum {string} */
                readonly state: "succeeded" | "failed" | "cancelled";
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC.
                 * @example 2026-11-24T20:00:00.000Z
                 */
                readonly startedAt: string;
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC.
                 * @example 2026-11-24T20:00:00.000Z
                 */
                readonly endedAt: string;
                /**
                 * @description What it did.
                 * @example {
                 *       "messages": 1200,
                 *       "receipts": 900
                 *     }
                 */
                readonly counts: {
                    readonly [key: string]: number;
                };
                /** @description What was not as it should be. */
                readonly warnings: readonly string[];
            }[];
        };
        readonly StartedMaintenanceJob: {
            /** @enum {string} */
            readonly job: "retention" | "reconcile" | "relay-check" | "projection-repair" | "statistics";
            readonly links: {
                readonly temporal: string;
            };
        };
        readonly Statistics: {
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly from: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly until: string;
            readonly timezone: string;
            /**
             * Format: date-time
             * @description Everything that happened to these messages until then is counted; much of what came later is.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly asOf: string;
            /**
             * Format: date-time
             * @description All messages that were accepted until then are counted.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly acceptedUntil: string;
            /**
             * @description The first bucket is below the first of these; the last one begins with the last.
             * @example [
             *       25,
             *       50,
             *       100,
             *       250,
             *       500,
             *       1000,
             *       2500,
             *       5000,
             *       10000,
             *       30000,
             *       60000,
             *       300000,
             *       900000,
             *       3600000,
             *       14400000,
             *       86400000
             *     ]
             */
            readonly latencyBoundsMs: readonly number[];
            readonly items: readonly components["schemas"]["StatisticsItem"][];
            /** @description The sum of all items. */
            readonly totals: {
                /** @description All of them: the sum of waiting to stopped. */
                readonly messages: number;
                /** @description Accepted or deferred. */
                readonly waiting: number;
                /** @description Being handed over. */
                readonly inFlight: number;
                /** @description Taken by the provider, which has told no more. */
                readonly sent: number;
                readonly delivered: number;
                readonly bounced: number;
                readonly undelivered: number;
                readonly complained: number;
                readonly failed: number;
                /** @description Handed over; the answer is lost. */
                readonly unknown: number;
                /** @description Not handed over, for the reasons of `stoppedBy`. */
                readonly stopped: number;
                readonly stoppedBy: {
                    readonly discarded: number;
                    readonly suppressed: number;
                    readonly deduplicated: number;
                    readonly capped: number;
                    readonly shielded: number;
                    readonly recalled: number;
                    readonly expired: number;
                };
                readonly acceptToProvider: components["schemas"]["Latency"];
                readonly providerToDelivered: components["schemas"]["Latency"];
                /** @description Emails handed over. */
                readonly emails: number;
                /** @description Segments of the SMS handed over. */
                readonly smsSegments: number;
                /** @description SMS handed over before segments were kept: in no other figure of size or cost. */
                readonly smsOfUnknownSize: number;
                /**
                 * @description Estimated at the prices that accounts have now, by currency.
                 * @example [
                 *       {
                 *         "amount": "12.345",
                 *         "currency": "EUR"
                 *       }
                 *     ]
                 */
                readonly cost: readonly {
                    readonly amount: string;
                    readonly currency: string;
                }[];
                /** @description Emails and SMS segments of accounts without a price: not in `cost`. */
                readonly unpriced: number;
            };
        };
        /** @description Figures of messages that are alike in what `by` names. */
        readonly StatisticsItem: {
            /** @description All of them: the sum of waiting to stopped. */
            readonly messages: number;
            /** @description Accepted or deferred. */
            readonly waiting: number;
            /** @description Being handed over. */
            readonly inFlight: number;
            /** @description Taken by the provider, which has told no more. */
            readonly sent: number;
            readonly delivered: number;
            readonly bounced: number;
            readonly undelivered: number;
            readonly complained: number;
            readonly failed: number;
            /** @description Handed over; the answer is lost. */
            readonly unknown: number;
            /** @description Not handed over, for the reasons of `stoppedBy`. */
            readonly stopped: number;
            readonly stoppedBy: {
                readonly discarded: number;
                readonly suppressed: number;
                readonly deduplicated: number;
                readonly capped: number;
                readonly shielded: number;
                readonly recalled: number;
                readonly expired: number;
            };
            readonly acceptToProvider: components["schemas"]["Latency"];
            readonly providerToDelivered: components["schemas"]["Latency"];
            /** @description Emails handed over. */
            readonly emails: number;
            /** @description Segments of the SMS handed over. */
            readonly smsSegments: number;
            /** @description SMS handed over before segments were kept: in no other figure of size or cost. */
            readonly smsOfUnknownSize: number;
            /**
             * @description Estimated at the prices that accounts have now, by currency.
             * @example [
             *       {
             *         "amount": "12.345",
             *         "currency": "EUR"
             *       }
             *     ]
             */
            readonly cost: readonly {
                readonly amount: string;
                readonly currency: string;
            }[];
            /** @description Emails and SMS segments of accounts without a price: not in `cost`. */
            readonly unpriced: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly hour?: string;
            /** @description A local day and the hours that are counted to it. */
            readonly day?: {
                /** @example 2026-11-24 */
                readonly date: string;
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC.
                 * @example 2026-11-24T20:00:00.000Z
                 */
                readonly from: string;
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC.
                 * @example 2026-11-24T20:00:00.000Z
                 */
                readonly until: string;
            };
            readonly template?: {
                readonly id: number;
                readonly key: string | null;
            };
            /** @enum {string} */
            readonly lane?: "email.notice" | "email.marketing" | "email.verification" | "sms.notice" | "sms.marketing" | "sms.verification";
            /** @description Of the last attempt; null: none was made. */
            readonly account?: {
                readonly id: string;
                /** @description null: it is gone. */
                readonly name: string | null;
            } | null;
            /** @description null: they belong to no run of a campaign. */
            readonly campaign?: {
                readonly id: string;
                /** @description null: it is gone. */
                readonly name: string | null;
            } | null;
            readonly app?: {
                readonly id: string;
                /** @description null: it is gone. */
                readonly name: string | null;
            };
        };
        /** @description Percentiles are interpolated within their bucket; null of no message. */
        readonly Latency: {
            readonly count: number;
            readonly meanMs: number | null;
            readonly p50Ms: number | null;
            readonly p90Ms: number | null;
            readonly p99Ms: number | null;
            /** @description Messages by bucket of `latencyBoundsMs`. Buckets of several answers may be added. */
            readonly buckets: readonly number[];
        };
        /** @description A calling business: it owns API keys, sends and messages. */
        readonly App: {
            readonly id: string;
            readonly name: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly createdAt: string;
        };
        readonly CreatedApiKey: {
            readonly id: string;
            readonly appId: string;
            readonly name: string;
            /**
             * @description `app`: send, and read what the app sent. `admin`: everything but approving, also of other apps.
             * @enum {string}
             */
            readonly role: "app" | "admin";
            /** @description The first characters of the key. */
            readonly hint: string;
            /** @description What the key may do; null: all that its role may. */
            readonly scopes: readonly ("sends:write" | "sends:recall" | "messages:read" | "support:resolve" | "templates:read" | "templates:write" | "templates:test" | "campaigns:read" | "campaigns:write" | "campaigns:control" | "audiences:read" | "audiences:write" | "suppressions:read" | "suppressions:write" | "suppressions:export" | "statistics:read" | "webhooks:read" | "webhooks:write" | "accounts:read" | "accounts:write" | "rules:read" | "rules:write" | "apps:read" | "apps:write" | "keys:read" | "keys:write" | "approvals:read" | "approvals:decide" | "users:read" | "users:write" | "maintenance:read" | "audit:read" | "maintenance:run" | "app" | "admin")[] | null;
            /** @description Id of the person who made it, by themselves or with another key of theirs; null: nobody knows. */
            readonly person: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description Null: never.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly expiresAt: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly revokedAt: string | null;
            /** @description The key itself. Told here and never again; null when the request is repeated with its Idempotency-Key. */
            readonly key: string | null;
        };
        readonly ApiKey: {
            readonly id: string;
            readonly appId: string;
            readonly name: string;
            /**
             * @description `app`: send, and read what the app sent. `admin`: everything but approving, also of other apps.
             * @enum {string}
             */
            readonly role: "app" | "admin";
            /** @description The first characters of the key. */
            readonly hint: string;
            /** @description What the key may do; null: all that its role may. */
            readonly scopes: readonly ("sends:write" | "sends:recall" | "messages:read" | "support:resolve" | "templates:read" | "templates:write" | "templates:test" | "campaigns:read" | "campaigns:write" | "campaigns:control" | "audiences:read" | "audiences:write" | "suppressions:read" | "suppressions:write" | "suppressions:export" | "statistics:read" | "webhooks:read" | "webhooks:write" | "accounts:read" | "accounts:write" | "rules:read" | "rules:write" | "apps:read" | "apps:write" | "keys:read" | "keys:write" | "approvals:read" | "approvals:decide" | "users:read" | "users:write" | "maintenance:read" | "audit:read" | "maintenance:run" | "app" | "admin")[] | null;
            /** @description Id of the person who made it, by themselves or with another key of theirs; null: nobody knows. */
            readonly person: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description Null: never.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly expiresAt: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly revokedAt: string | null;
        };
        readonly InvitedUser: {
            readonly id: string;
            readonly email: string;
            readonly name: string;
            /**
             * @description What the person may do: docs/people.md has the table.
             * @enum {string}
             */
            readonly role: "admin" | "editor" | "approver" | "viewer" | "support";
            /**
             * @description `disabled`: cannot sign in, and has no session.
             * @enum {string}
             */
            readonly state: "active" | "disabled";
            /** @description Empty: invited, and has not set a password yet. */
            readonly signsInBy: readonly ("password" | "oidc")[];
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly updatedAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly lastSignInAt: string | null;
            /** @description For `POST /v1/session/set-password`, once, within 24 hours. Told here and never again; null for a repeat. */
            readonly setPasswordToken: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly setPasswordUntil: string;
        };
        /** @description A person who may sign in. */
        readonly User: {
            readonly id: string;
            readonly email: string;
            readonly name: string;
            /**
             * @description What the person may do: docs/people.md has the table.
             * @enum {string}
             */
            readonly role: "admin" | "editor" | "approver" | "viewer" | "support";
            /**
             * @description `disabled`: cannot sign in, and has no session.
             * @enum {string}
             */
            readonly state: "active" | "disabled";
            /** @description Empty: invited, and has not set a password yet. */
            readonly signsInBy: readonly ("password" | "oidc")[];
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly updatedAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly lastSignInAt: string | null;
        };
        readonly ChangedUser: {
            readonly id: string;
            readonly email: string;
            readonly name: string;
            /**
             * @description What the person may do: docs/people.md has the table.
             * @enum {string}
             */
            readonly role: "admin" | "editor" | "approver" | "viewer" | "support";
            /**
             * @description `disabled`: cannot sign in, and has no session.
             * @enum {string}
             */
            readonly state: "active" | "disabled";
            /** @description Empty: invited, and has not set a password yet. */
            readonly signsInBy: readonly ("password" | "oidc")[];
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly updatedAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly lastSignInAt: string | null;
            /** @description The API keys that the person made and that still work, of all apps: nobody but you ends them. */
            readonly keys: readonly components["schemas"]["ApiKey"][];
        };
        readonly DeletedUser: {
            /** @description The API keys that the person made and that still work, of all apps: nobody but you ends them. */
            readonly keys: readonly components["schemas"]["ApiKey"][];
        };
        readonly SetPasswordToken: {
            /** @description For `POST /v1/session/set-password`, once, within 24 hours. Told here and never again; null for a repeat. */
            readonly setPasswordToken: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly setPasswordUntil: string;
        };
        readonly ApprovalWithChange: {
            readonly id: string;
            /** @enum {string} */
            readonly kind: "template_version" | "template_settings" | "campaign" | "rule" | "account";
            /** @description What is to be changed: its number, id or name. */
            readonly subject: string;
            /** @description The app that it belongs to; null: to none. */
            readonly appId: string | null;
            /** @enum {string} */
            readonly status: "waiting" | "approved" | "rejected" | "replaced" | "withdrawn";
            /** @description The same as a number of the ancestor: 10 waiting, 20 approved, 30 all else. */
            readonly code: 10 | 20 | 30;
            /** @description Id of the key, or the person, that asked. */
            readonly author: string;
            /** @description The person behind it; null: nobody knows who made the key. */
            readonly person: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly requestedAt: string;
            readonly decidedBy: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly decidedAt: string | null;
            /** @description Why it was rejected, or what the approver noted. */
            readonly reason: string | null;
            /** @description What is in force, in the form of the kind; once it is decided: what was. Null: nothing, or not known. */
            readonly before?: unknown;
            /** @description What approving makes of it. */
            readonly after?: unknown;
        };
        /** @description Something that somebody did, or was refused. */
        readonly AuditEntry: {
            /** @description Number of the entry: from 1, without gaps. */
            readonly id: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly at: string;
            /** @enum {string} */
            readonly action: "account.create" | "account.change" | "account.delete" | "account.health" | "account.verify" | "app.create" | "approval.approve" | "approval.reject" | "approval.withdraw" | "audience.delete" | "audience.export" | "audience.upload" | "audit.export" | "campaign.create" | "campaign.change" | "campaign.delete" | "campaign.pause" | "campaign.trigger" | "campaign.unpause" | "key.create" | "key.revoke" | "maintenance.run" | "message.recall" | "message.resolve" | "route.change" | "rule.change" | "rule.rollback" | "run.cancel" | "run.export" | "run.pause" | "run.rate" | "run.resume" | "run.retry" | "send.recall" | "session.sign_in" | "session.sign_out" | "suppression.add" | "suppression.export" | "suppression.import" | "suppression.lift" | "template.create" | "template.copy" | "template.change" | "template.delete" | "template.save" | "template.start" | "template.stop" | "template.test" | "template.version" | "user.change" | "user.delete" | "user.invite" | "user.join" | "user.link" | "user.password" | "user.token" | "webhook.change" | "webhook.create" | "webhook.delete" | "webhook.replay" | "webhook.rotate" | "webhook.test" | "webhook_delivery.replay";
            /** @enum {string} */
            readonly outcome: "done" | "refused";
            /** @description Of what was refused: the code of the problem. */
            readonly code: string | null;
            /** @description Who did it. `command`: somebody at a shell; `system`: nobody; `anonymous`: nobody who was signed in. */
            readonly actor: {
                /** @enum {string} */
                readonly kind: "user" | "key" | "command" | "system" | "anonymous";
                readonly id: string | null;
                /** @description As it was then. */
                readonly name: string | null;
            };
            /** @description Id of the app that it concerns; null: none, or all. */
            readonly app: string | null;
            /** @description What it was done to. */
            readonly subject: {
                /** @enum {string} */
                readonly kind: "account" | "app" | "approval" | "audience" | "audit" | "campaign" | "job" | "key" | "message" | "route" | "rule" | "run" | "send" | "suppression" | "template" | "user" | "webhook" | "webhook_delivery";
                readonly id: string | null;
                /** @description As it was then. Addresses are masked. */
                readonly name: string | null;
            };
            /** @description Of an edit what differs, of what was deleted the whole. Secrets are masked. */
            readonly before: {
                readonly [key: string]: unknown;
            } | null;
            /** @description Of an edit what differs, of what was created the whole. Secrets are masked. */
            readonly after: {
                readonly [key: string]: unknown;
            } | null;
            readonly requestId: string | null;
            readonly ip: string | null;
            readonly userAgent: string | null;
            /** @description SHA-256 over the entry and the hash of the one before it. */
            readonly hash: string;
        };
        readonly Readiness: {
            /** @enum {string} */
            readonly status: "ok" | "degraded" | "unavailable";
            readonly checks: {
                readonly mysql: {
                    readonly ok: boolean;
                    readonly detail?: string;
                };
                readonly redis: {
                    readonly ok: boolean;
                    readonly detail?: string;
                };
                readonly temporal: {
                    readonly ok: boolean;
                    readonly detail?: string;
                };
            };
        };
        readonly SuppressionImport: {
            /** @description Rows, without blank lines. */
            readonly total: number;
            readonly added: number;
            /** @description Rows whose entry was there before, or came twice. */
            readonly already: number;
            readonly failed: number;
            /** @description The first 1,000 rows that were not taken. */
            readonly errors: readonly {
                readonly line: number;
                readonly code: string;
                readonly detail: string;
            }[];
        };
        readonly Session: {
            readonly user: components["schemas"]["User"];
            readonly permissions: readonly ("sends:write" | "sends:recall" | "messages:read" | "support:resolve" | "templates:read" | "templates:write" | "templates:test" | "campaigns:read" | "campaigns:write" | "campaigns:control" | "audiences:read" | "audiences:write" | "suppressions:read" | "suppressions:write" | "suppressions:export" | "statistics:read" | "webhooks:read" | "webhooks:write" | "accounts:read" | "accounts:write" | "rules:read" | "rules:write" | "apps:read" | "apps:write" | "keys:read" | "keys:write" | "approvals:read" | "approvals:decide" | "users:read" | "users:write" | "maintenance:read" | "audit:read" | "maintenance:run" | "app" | "admin")[];
            /** @description Send it as `X-CSRF-Token` with everything that is not GET. */
            readonly csrfToken: string;
            /**
             * Format: date-time
             * @description Sign in again then.
             * @example 2026-11-24T20:00:00.000Z
             */
            readonly endsAt: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readonly postSends: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 1 to 255 visible ASCII characters. A repeat with the same key and request gets the first answer. */
                readonly "Idempotency-Key"?: string;
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["SendRequest"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AcceptedSend"];
                };
            };
        };
    };
    readonly getSendsById: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Send"];
                };
            };
        };
    };
    readonly getMessages: {
        readonly parameters: {
            readonly query?: {
                /** @description Address, as in a send. */
                readonly to?: string;
                /** @description Number or key. */
                readonly template?: string;
                readonly status?: "accepted" | "deferred" | "sending" | "sent" | "delivered" | "bounced" | "undelivered" | "complained" | "discarded" | "suppressed" | "deduplicated" | "capped" | "shielded" | "recalled" | "expired" | "failed" | "unknown";
                /** @description Id of the send. */
                readonly send?: string;
                /** @description Id of the run of a campaign. */
                readonly run?: string;
                /** @description Accepted at this time or later. */
                readonly from?: string;
                /** @description Accepted before this time. */
                readonly until?: string;
                /** @description Id of the app; default: the key's own. Another one needs an admin key. */
                readonly app?: string;
                /** @description Entries per page. */
                readonly limit?: number;
                /** @description `pageInfo.after` of the previous page. */
                readonly after?: string;
            };
            readonly header?: {
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly components["schemas"]["Message"][];
                        readonly pageInfo: {
                            /** @description Give it as `after` to get the next page; null on an empty page. */
                            readonly after: string | null;
                            readonly hasMore: boolean;
                        };
                    };
                };
            };
        };
    };
    readonly getMessagesById: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Message"];
                };
            };
        };
    };
    readonly getMessagesByIdTimeline: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Timeline"];
                };
            };
        };
    };
    readonly postSendsByIdRecall: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RecalledSend"];
                };
            };
        };
    };
    readonly postMessagesByIdRecall: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RecalledMessage"];
                };
            };
        };
    };
    readonly postMessagesByIdResolve: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @enum {string} */
                    readonly outcome: "sent" | "not_sent";
                    /** @description How it was found out. No personal data, please. */
                    readonly note?: string;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Message"];
                };
            };
        };
    };
    readonly getCampaigns: {
        readonly parameters: {
            readonly query?: {
                /** @description Id of the app; default: the key's own. Another one needs an admin key. */
                readonly app?: string;
                /** @description Entries per page. */
                readonly limit?: number;
                /** @description `pageInfo.after` of the previous page. */
                readonly after?: string;
            };
            readonly header?: {
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly components["schemas"]["Campaign"][];
                        readonly pageInfo: {
                            /** @description Give it as `after` to get the next page; null on an empty page. */
                            readonly after: string | null;
                            readonly hasMore: boolean;
                        };
                    };
                };
            };
        };
    };
    readonly postCampaigns: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 1 to 255 visible ASCII characters. A repeat with the same key and request gets the first answer. */
                readonly "Idempotency-Key"?: string;
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewCampaign"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["CreatedCampaign"];
                };
            };
        };
    };
    readonly postCampaignsCheck: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewCampaign"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["CampaignCheck"];
                };
            };
        };
    };
    readonly getCampaignsById: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description An ETag of an answer, several, or `*`. Answered with 304, without a body, when nothing has changed. */
                readonly "If-None-Match"?: string;
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["FullCampaign"];
                };
            };
        };
    };
    readonly deleteCampaignsById: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description An ETag of an answer, several, or `*`. Refused with 412 when the resource has changed since. */
                readonly "If-Match"?: string;
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["DeletedCampaign"];
                };
            };
        };
    };
    readonly patchCampaignsById: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description An ETag of an answer, several, or `*`. Refused with 412 when the resource has changed since. */
                readonly "If-Match"?: string;
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["CampaignChange"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Campaign"];
                };
            };
            /** @description Not done yet: the rule `approval` wants a second person to approve it. */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Approval"];
                };
            };
        };
    };
    readonly postCampaignsByIdPause: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Campaign"];
                };
            };
        };
    };
    readonly postCampaignsByIdUnpause: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Campaign"];
                };
            };
        };
    };
    readonly postCampaignsByIdTrigger: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 1 to 255 visible ASCII characters. A repeat with the same key and request gets the first answer. */
                readonly "Idempotency-Key"?: string;
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["TriggeredRun"];
                };
            };
        };
    };
    readonly getTemplates: {
        readonly parameters: {
            readonly query?: {
                /** @description Part of the key or the name. */
                readonly search?: string;
                readonly channel?: "email" | "sms";
                readonly messageType?: "notice" | "marketing" | "verification";
                readonly state?: "running" | "stopped";
                /** @description Entries per page. */
                readonly limit?: number;
                /** @description `pageInfo.after` of the previous page. */
                readonly after?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly components["schemas"]["Template"][];
                        readonly pageInfo: {
                            /** @description Give it as `after` to get the next page; null on an empty page. */
                            readonly after: string | null;
                            readonly hasMore: boolean;
                        };
                    };
                };
            };
        };
    };
    readonly postTemplates: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 1 to 255 visible ASCII characters. A repeat with the same key and request gets the first answer. */
                readonly "Idempotency-Key"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /**
                     * @description Unique among the templates.
                     * @example order-shipped
                     */
                    readonly key: string;
                    readonly name: string;
                    /** @enum {string} */
                    readonly channel: "email" | "sms";
                    /** @enum {string} */
                    readonly messageType: "notice" | "marketing" | "verification";
                    readonly content: components["schemas"]["EmailContent"] | components["schemas"]["SmsContent"];
                    readonly policy?: components["schemas"]["TemplatePolicy"];
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["TemplateWithContent"];
                };
            };
        };
    };
    readonly postTemplatesByTemplateCopy: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 1 to 255 visible ASCII characters. A repeat with the same key and request gets the first answer. */
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                /** @description Number or key of the template. */
                readonly template: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /**
                     * @description Unique among the templates.
                     * @example order-shipped
                     */
                    readonly key: string;
                    readonly name: string;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["TemplateWithContent"];
                };
            };
        };
    };
    readonly getTemplatesByTemplate: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description An ETag of an answer, several, or `*`. Answered with 304, without a body, when nothing has changed. */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                /** @description Number or key of the template. */
                readonly template: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["TemplateWithContent"];
                };
            };
        };
    };
    readonly deleteTemplatesByTemplate: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description An ETag of an answer, several, or `*`. Refused with 412 when the resource has changed since. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                /** @description Number or key of the template. */
                readonly template: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done; no content. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly patchTemplatesByTemplate: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description An ETag of an answer, several, or `*`. Refused with 412 when the resource has changed since. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                /** @description Number or key of the template. */
                readonly template: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly name?: string;
                    /** @description Replaces the policy as a whole. */
                    readonly policy?: {
                        /** @description At most `max` equal messages to one address within the window. Narrows the rule `dedup`, never widens it. */
                        readonly dedup?: {
                            readonly max: number;
                            readonly windowSeconds: number;
                        };
                        /** @description Messages per address, channel and local day. Narrows the rule `caps`, never widens it. */
                        readonly dailyCap?: number;
                        /**
                         * @description What happens in quiet hours: dropped (`shielded`), or held until they are over. Default: as the rule `quiet-hours` says.
                         * @enum {string}
                         */
                        readonly quietHours?: "drop" | "wait";
                        /** @description IANA zone of calendar days and quiet hours, where the recipient's is not known. */
                        readonly timezone?: string;
                        /**
                         * @description After a hand-over whose answer was lost: send again or hold as `unknown`. Default hold; verification: resend.
                         * @enum {string}
                         */
                        readonly onUnknown?: "resend" | "hold";
                        /** @description For how long delivery is tried. Default: verification 15 min, notice 24 h, marketing 72 h. */
                        readonly deliverWithinSeconds?: number;
                        /** @description All messages of the template go by the same account, as long as it works. Default false. */
                        readonly stickyAccount?: boolean;
                        /** @description A message with `sendAt` goes to its provider at once, which holds it until then, where the account can (docs/providers.md); windows, caps and quiet hours count at once, too. Default false: it waits here. */
                        readonly holdAtProvider?: boolean;
                    };
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Template"];
                };
            };
            /** @description Not done yet: the rule `approval` wants a second person to approve it. */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Approval"];
                };
            };
        };
    };
    readonly postTemplatesByTemplateStart: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Number or key of the template. */
                readonly template: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Template"];
                };
            };
        };
    };
    readonly postTemplatesByTemplateStop: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Number or key of the template. */
                readonly template: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Template"];
                };
            };
        };
    };
    readonly getTemplatesByTemplateVersions: {
        readonly parameters: {
            readonly query?: {
                /** @description Entries per page. */
                readonly limit?: number;
                /** @description `pageInfo.after` of the previous page. */
                readonly after?: string;
            };
            readonly header?: never;
            readonly path: {
                /** @description Number or key of the template. */
                readonly template: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly components["schemas"]["TemplateVersion"][];
                        readonly pageInfo: {
                            /** @description Give it as `after` to get the next page; null on an empty page. */
                            readonly after: string | null;
                            readonly hasMore: boolean;
                        };
                    };
                };
            };
        };
    };
    readonly postTemplatesByTemplateVersions: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 1 to 255 visible ASCII characters. A repeat with the same key and request gets the first answer. */
                readonly "Idempotency-Key"?: string;
                /** @description An ETag of an answer, several, or `*`. Refused with 412 when the resource has changed since. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                /** @description Number or key of the template. */
                readonly template: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly content: components["schemas"]["EmailContent"] | components["schemas"]["SmsContent"];
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["TemplateVersionWithContent"];
                };
            };
        };
    };
    readonly getTemplatesByTemplateVersionsByN: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Number or key of the template. */
                readonly template: string;
                /** @description Number of the version. */
                readonly n: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["TemplateVersionWithContent"];
                };
            };
        };
    };
    readonly postTemplatesByTemplatePreview: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Number or key of the template. */
                readonly template: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /**
                     * @description Values by variable name: any JSON, up to 20 levels deep. Whole numbers beyond 2^53 are written as text.
                     * @default {}
                     * @example {
                     *       "name": "Ada",
                     *       "order": 42
                     *     }
                     */
                    readonly variables?: {
                        readonly [key: string]: unknown;
                    };
                    /** @description Default: the current one; while there is none, the newest. */
                    readonly version?: number;
                    readonly content?: components["schemas"]["EmailContent"] | components["schemas"]["SmsContent"];
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Preview"];
                };
            };
        };
    };
    readonly postTemplatesByTemplateTest: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 1 to 255 visible ASCII characters. A repeat with the same key and request gets the first answer. */
                readonly "Idempotency-Key"?: string;
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path: {
                /** @description Number or key of the template. */
                readonly template: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Email address or phone number. */
                    readonly to: string;
                    /** @description Default: the current one. May be one that waits for approval. */
                    readonly version?: number;
                    /**
                     * @description Values by variable name: any JSON, up to 20 levels deep. Whole numbers beyond 2^53 are written as text.
                     * @default {}
                     * @example {
                     *       "name": "Ada",
                     *       "order": 42
                     *     }
                     */
                    readonly variables?: {
                        readonly [key: string]: unknown;
                    };
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AcceptedSend"];
                };
            };
        };
    };
    readonly getAccounts: {
        readonly parameters: {
            readonly query?: {
                /** @description Entries per page. */
                readonly limit?: number;
                /** @description `pageInfo.after` of the previous page. */
                readonly after?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly components["schemas"]["Account"][];
                        readonly pageInfo: {
                            /** @description Give it as `after` to get the next page; null on an empty page. */
                            readonly after: string | null;
                            readonly hasMore: boolean;
                        };
                    };
                };
            };
        };
    };
    readonly postAccounts: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 1 to 255 visible ASCII characters. A repeat with the same key and request gets the first answer. */
                readonly "Idempotency-Key"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewAccount_smtp"] | components["schemas"]["NewAccount_twilio"] | components["schemas"]["NewAccount_aliyun"] | components["schemas"]["NewAccount_http-sms"] | components["schemas"]["NewAccount_http-email"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountWithSecretNames"];
                };
            };
            /** @description Not done yet: the rule `approval` wants a second person to approve it. */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Approval"];
                };
            };
        };
    };
    readonly getAccountsById: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description An ETag of an answer, several, or `*`. Answered with 304, without a body, when nothing has changed. */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountWithSecretNames"];
                };
            };
        };
    };
    readonly deleteAccountsById: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description An ETag of an answer, several, or `*`. Refused with 412 when the resource has changed since. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Not done yet: the rule `approval` wants a second person to approve it. */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Approval"];
                };
            };
            /** @description Done; no content. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly patchAccountsById: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description An ETag of an answer, several, or `*`. Refused with 412 when the resource has changed since. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Unique among the accounts. */
                    readonly name?: string;
                    /** @description Replaces the config as a whole. */
                    readonly config?: unknown;
                    /** @description Replaces the secrets as a whole. */
                    readonly secrets?: unknown;
                    /**
                     * @description At most `messages` in any `perSeconds` seconds, over all workers; null: no limit.
                     * @example {
                     *       "messages": 10,
                     *       "perSeconds": 1
                     *     }
                     */
                    readonly rate?: {
                        readonly messages: number;
                        readonly perSeconds: number;
                    } | null;
                    /**
                     * @description What statistics estimate costs by; null: they tell none for this account.
                     * @example {
                     *       "amount": "0.0075",
                     *       "currency": "EUR"
                     *     }
                     */
                    readonly price?: {
                        /** @description Of one email, or of one SMS segment. */
                        readonly amount: string;
                        readonly currency: string;
                    } | null;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountWithSecretNames"];
                };
            };
            /** @description Not done yet: the rule `approval` wants a second person to approve it. */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Approval"];
                };
            };
        };
    };
    readonly postAccountsByIdVerify: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Verification"];
                };
            };
        };
    };
    readonly putAccountsByIdHealth: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description An ETag of an answer, several, or `*`. Refused with 412 when the resource has changed since. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /**
                     * @description `open`: do not use the account. `closed`: use it whatever the breaker says. `auto`: the breaker decides, and begins anew.
                     * @enum {string}
                     */
                    readonly override: "auto" | "open" | "closed";
                    /** @description Why; it is shown wherever messages wait for the account. */
                    readonly note?: string;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountWithSecretNames"];
                };
            };
        };
    };
    readonly getRoutes: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly components["schemas"]["LaneRoute"][];
                        readonly pageInfo: {
                            /** @description Give it as `after` to get the next page; null on an empty page. */
                            readonly after: string | null;
                            readonly hasMore: boolean;
                        };
                    };
                };
            };
        };
    };
    readonly getRoutesByLane: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description An ETag of an answer, several, or `*`. Answered with 304, without a body, when nothing has changed. */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                /** @description `<channel>.<messageType>`, e.g. `email.notice`. */
                readonly lane: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["LaneRoute"];
                };
            };
        };
    };
    readonly putRoutesByLane: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description An ETag of an answer, several, or `*`. Refused with 412 when the resource has changed since. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                /** @description `<channel>.<messageType>`, e.g. `email.notice`. */
                readonly lane: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly accounts: readonly {
                        readonly accountId: string;
                        /** @description Share of first attempts, relative to the others; 0: failover only. */
                        readonly weight: number;
                    }[];
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["LaneRoute"];
                };
            };
            /** @description Not done yet: the rule `approval` wants a second person to approve it. */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Approval"];
                };
            };
        };
    };
    readonly getRuns: {
        readonly parameters: {
            readonly query?: {
                /** @description Id of the app; default: the key's own. Another one needs an admin key. */
                readonly app?: string;
                /** @description Id of the campaign. */
                readonly campaign?: string;
                readonly state?: "pending" | "running" | "paused" | "cancelling" | "finished" | "cancelled" | "failed" | "skipped";
                /** @description Entries per page. */
                readonly limit?: number;
                /** @description `pageInfo.after` of the previous page. */
                readonly after?: string;
            };
            readonly header?: {
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly components["schemas"]["Run"][];
                        readonly pageInfo: {
                            /** @description Give it as `after` to get the next page; null on an empty page. */
                            readonly after: string | null;
                            readonly hasMore: boolean;
                        };
                    };
                };
            };
        };
    };
    readonly getRunsById: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Run"];
                };
            };
        };
    };
    readonly postRunsByIdPause: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Why, for the record. */
                    readonly note?: string;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Run"];
                };
            };
        };
    };
    readonly postRunsByIdResume: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Why, for the record. */
                    readonly note?: string;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Run"];
                };
            };
        };
    };
    readonly postRunsByIdRate: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly rate: components["schemas"]["Rate"];
                    /** @description Why, for the record. */
                    readonly note?: string;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Run"];
                };
            };
        };
    };
    readonly postRunsByIdCancel: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Why, for the record. */
                    readonly note?: string;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["CancelledRun"];
                };
            };
        };
    };
    readonly postRunsByIdRetryFailed: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 1 to 255 visible ASCII characters. A repeat with the same key and request gets the first answer. */
                readonly "Idempotency-Key"?: string;
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /**
                     * @description Which messages. Default: failed. With unknown, a recipient may get it twice.
                     * @default [
                     *       "failed"
                     *     ]
                     */
                    readonly statuses?: readonly ("failed" | "unknown")[];
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Run"];
                };
            };
        };
    };
    readonly getRules: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly components["schemas"]["Rule"][];
                        readonly pageInfo: {
                            /** @description Give it as `after` to get the next page; null on an empty page. */
                            readonly after: string | null;
                            readonly hasMore: boolean;
                        };
                    };
                };
            };
        };
    };
    readonly getRulesByName: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description An ETag of an answer, several, or `*`. Answered with 304, without a body, when nothing has changed. */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                /** @description Name of the rule. */
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Rule"];
                };
            };
        };
    };
    readonly putRulesByName: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description An ETag of an answer, several, or `*`. Refused with 412 when the resource has changed since. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                /** @description Name of the rule. */
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description By the name of the rule. */
                    readonly value: components["schemas"]["RuleDedup"] | components["schemas"]["RuleCaps"] | components["schemas"]["RuleDiscard"] | components["schemas"]["RuleQuietHours"] | components["schemas"]["RuleFlow"] | components["schemas"]["RuleRoutes"] | components["schemas"]["RuleBreaker"] | components["schemas"]["RuleAttachments"] | components["schemas"]["RuleDefaults"] | components["schemas"]["RuleApproval"];
                    /** @description Why, for those who read the history. */
                    readonly note?: string;
                    /** @description Refused with 409 when another version is current; 0: while nobody has set the rule. */
                    readonly expectedVersion?: number;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Rule"];
                };
            };
            /** @description Not done yet: the rule `approval` wants a second person to approve it. */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Approval"];
                };
            };
        };
    };
    readonly getRulesByNameVersions: {
        readonly parameters: {
            readonly query?: {
                /** @description Entries per page. */
                readonly limit?: number;
                /** @description `pageInfo.after` of the previous page. */
                readonly after?: string;
            };
            readonly header?: never;
            readonly path: {
                /** @description Name of the rule. */
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly components["schemas"]["Rule"][];
                        readonly pageInfo: {
                            /** @description Give it as `after` to get the next page; null on an empty page. */
                            readonly after: string | null;
                            readonly hasMore: boolean;
                        };
                    };
                };
            };
        };
    };
    readonly getRulesByNameVersionsByVersion: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Name of the rule. */
                readonly name: string;
                /** @description Number of the version. */
                readonly version: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Rule"];
                };
            };
        };
    };
    readonly postRulesByNameRollback: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description An ETag of an answer, several, or `*`. Refused with 412 when the resource has changed since. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                /** @description Name of the rule. */
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Its value becomes a new version. */
                    readonly version: number;
                    /** @description Why, for those who read the history. */
                    readonly note?: string;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Rule"];
                };
            };
            /** @description Not done yet: the rule `approval` wants a second person to approve it. */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Approval"];
                };
            };
        };
    };
    readonly getSuppressions: {
        readonly parameters: {
            readonly query?: {
                /** @description Address, as in a send. */
                readonly to?: string;
                readonly channel?: "email" | "sms";
                readonly reason?: "hard_bounce" | "complaint" | "stop" | "unsubscribe" | "manual";
                /** @description Id of the app, or `global`: the entries for all apps. Default: the key's own, with an admin key every entry. */
                readonly app?: string;
                /** @description `true`: with entries that were lifted. */
                readonly lifted?: "true" | "false";
                /** @description Entries per page. */
                readonly limit?: number;
                /** @description `pageInfo.after` of the previous page. */
                readonly after?: string;
            };
            readonly header?: {
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly components["schemas"]["Suppression"][];
                        readonly pageInfo: {
                            /** @description Give it as `after` to get the next page; null on an empty page. */
                            readonly after: string | null;
                            readonly hasMore: boolean;
                        };
                    };
                };
            };
        };
    };
    readonly postSuppressions: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 1 to 255 visible ASCII characters. A repeat with the same key and request gets the first answer. */
                readonly "Idempotency-Key"?: string;
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewSuppression"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Suppression"];
                };
            };
        };
    };
    readonly getSuppressionsById: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Suppression"];
                };
            };
        };
    };
    readonly deleteSuppressionsById: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done; no content. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly getAudiences: {
        readonly parameters: {
            readonly query?: {
                /** @description Id of the app; default: the key's own. Another one needs an admin key. */
                readonly app?: string;
                /** @description Entries per page. */
                readonly limit?: number;
                /** @description `pageInfo.after` of the previous page. */
                readonly after?: string;
            };
            readonly header?: {
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly components["schemas"]["Audience"][];
                        readonly pageInfo: {
                            /** @description Give it as `after` to get the next page; null on an empty page. */
                            readonly after: string | null;
                            readonly hasMore: boolean;
                        };
                    };
                };
            };
        };
    };
    readonly postAudiences: {
        readonly parameters: {
            readonly query: {
                readonly channel: "email" | "sms";
                /** @description For people. Folders in it are left out, and what is beyond 200 characters. */
                readonly name?: string;
                /** @description Name of the column with the addresses. */
                readonly addressColumn?: string;
                /** @description Default: found out. */
                readonly encoding?: "utf-8" | "utf-16le" | "utf-16be" | "gb18030" | "gbk" | "big5" | "shift_jis" | "euc-jp" | "euc-kr" | "windows-1252" | "iso-8859-1";
                /** @description As an Idempotency-Key: to ask for the progress, and to repeat safely. */
                readonly uploadId?: string;
            };
            readonly header?: {
                /** @description The same as `uploadId`: give one of them. */
                readonly "Idempotency-Key"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "text/csv": string;
                readonly "application/octet-stream": string;
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Audience"];
                };
            };
        };
    };
    readonly getAudiencesById: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Audience"];
                };
            };
        };
    };
    readonly deleteAudiencesById: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done; no content. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly getAudiencesUploadsByUploadId: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path: {
                /** @description What the caller calls the upload. */
                readonly uploadId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Audience"];
                };
            };
        };
    };
    readonly getWebhooks: {
        readonly parameters: {
            readonly query?: {
                /** @description Id of the app; default: the key's own. Another one needs an admin key. */
                readonly app?: string;
                /** @description Entries per page. */
                readonly limit?: number;
                /** @description `pageInfo.after` of the previous page. */
                readonly after?: string;
            };
            readonly header?: {
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly components["schemas"]["Webhook"][];
                        readonly pageInfo: {
                            /** @description Give it as `after` to get the next page; null on an empty page. */
                            readonly after: string | null;
                            readonly hasMore: boolean;
                        };
                    };
                };
            };
        };
    };
    readonly postWebhooks: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 1 to 255 visible ASCII characters. A repeat with the same key and request gets the first answer. */
                readonly "Idempotency-Key"?: string;
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewWebhook"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["WebhookWithSecret"];
                };
            };
        };
    };
    readonly getWebhooksById: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description An ETag of an answer, several, or `*`. Answered with 304, without a body, when nothing has changed. */
                readonly "If-None-Match"?: string;
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Webhook"];
                };
            };
        };
    };
    readonly deleteWebhooksById: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description An ETag of an answer, several, or `*`. Refused with 412 when the resource has changed since. */
                readonly "If-Match"?: string;
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done; no content. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly patchWebhooksById: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description An ETag of an answer, several, or `*`. Refused with 412 when the resource has changed since. */
                readonly "If-Match"?: string;
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["WebhookChange"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Webhook"];
                };
            };
        };
    };
    readonly postWebhooksByIdRotateSecret: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 1 to 255 visible ASCII characters. A repeat with the same key and request gets the first answer. */
                readonly "Idempotency-Key"?: string;
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["WebhookWithSecret"];
                };
            };
        };
    };
    readonly getWebhooksByIdDeliveries: {
        readonly parameters: {
            readonly query?: {
                readonly state?: "pending" | "delivered" | "failed" | "discarded";
                /** @description Entries per page. */
                readonly limit?: number;
                /** @description `pageInfo.after` of the previous page. */
                readonly after?: string;
            };
            readonly header?: {
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly components["schemas"]["WebhookDelivery"][];
                        readonly pageInfo: {
                            /** @description Give it as `after` to get the next page; null on an empty page. */
                            readonly after: string | null;
                            readonly hasMore: boolean;
                        };
                    };
                };
            };
        };
    };
    readonly postWebhooksByIdTest: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 1 to 255 visible ASCII characters. A repeat with the same key and request gets the first answer. */
                readonly "Idempotency-Key"?: string;
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["WebhookDelivery"];
                };
            };
        };
    };
    readonly postWebhooksByIdReplay: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 1 to 255 visible ASCII characters. A repeat with the same key and request gets the first answer. */
                readonly "Idempotency-Key"?: string;
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["WebhookReplay"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["WebhookReplayed"];
                };
            };
        };
    };
    readonly postWebhookDeliveriesByIdReplay: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 1 to 255 visible ASCII characters. A repeat with the same key and request gets the first answer. */
                readonly "Idempotency-Key"?: string;
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["WebhookDelivery"];
                };
            };
        };
    };
    readonly getMaintenance: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly components["schemas"]["MaintenanceJob"][];
                        readonly pageInfo: {
                            /** @description Give it as `after` to get the next page; null on an empty page. */
                            readonly after: string | null;
                            readonly hasMore: boolean;
                        };
                    };
                };
            };
        };
    };
    readonly postMaintenanceByJobRun: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 1 to 255 visible ASCII characters. A repeat with the same key and request gets the first answer. */
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                /** @description One of retention, reconcile, relay-check, projection-repair, statistics. */
                readonly job: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["StartedMaintenanceJob"];
                };
            };
        };
    };
    readonly getStatistics: {
        readonly parameters: {
            readonly query?: {
                /** @description Accepted at this time or later; begins with its hour. Default: seven days before `until`. */
                readonly from?: string;
                /** @description Accepted before this time; ends with its hour. Default: now. */
                readonly until?: string;
                /** @description What figures are told apart by: a list, with commas, of hour, day, template, lane, account, campaign, app. Default: all in one. */
                readonly by?: string;
                /** @description Zone of days. Default: that of the rule `defaults`. */
                readonly timezone?: string;
                /** @description Number or key. */
                readonly template?: string;
                readonly lane?: "email.notice" | "email.marketing" | "email.verification" | "sms.notice" | "sms.marketing" | "sms.verification";
                /** @description Id. */
                readonly account?: string;
                /** @description Id. */
                readonly campaign?: string;
                /** @description Id. An app key has its own only; default of an admin key: all. */
                readonly app?: string;
            };
            readonly header?: {
                /** @description For people, where there are several apps: the id of the one they work on. Keys have one already. */
                readonly "X-Luminate-App"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Statistics"];
                };
            };
        };
    };
    readonly getApps: {
        readonly parameters: {
            readonly query?: {
                /** @description Entries per page. */
                readonly limit?: number;
                /** @description `pageInfo.after` of the previous page. */
                readonly after?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly components["schemas"]["App"][];
                        readonly pageInfo: {
                            /** @description Give it as `after` to get the next page; null on an empty page. */
                            readonly after: string | null;
                            readonly hasMore: boolean;
                        };
                    };
                };
            };
        };
    };
    readonly postApps: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 1 to 255 visible ASCII characters. A repeat with the same key and request gets the first answer. */
                readonly "Idempotency-Key"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @example shop */
                    readonly name: string;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["App"];
                };
            };
        };
    };
    readonly getAppsById: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description An ETag of an answer, several, or `*`. Answered with 304, without a body, when nothing has changed. */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["App"];
                };
            };
        };
    };
    readonly getAppsByIdKeys: {
        readonly parameters: {
            readonly query?: {
                /** @description Entries per page. */
                readonly limit?: number;
                /** @description `pageInfo.after` of the previous page. */
                readonly after?: string;
                /** @description Id of a person: only the keys that they made. */
                readonly person?: string;
            };
            readonly header?: never;
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly components["schemas"]["ApiKey"][];
                        readonly pageInfo: {
                            /** @description Give it as `after` to get the next page; null on an empty page. */
                            readonly after: string | null;
                            readonly hasMore: boolean;
                        };
                    };
                };
            };
        };
    };
    readonly postAppsByIdKeys: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 1 to 255 visible ASCII characters. A repeat with the same key and request gets the first answer. */
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /**
                     * @description For people to tell keys apart.
                     * @example shop production
                     */
                    readonly name: string;
                    /**
                     * @description `app`: send, and read what the app sent. `admin`: everything but approving, also of other apps.
                     * @default app
                     * @enum {string}
                     */
                    readonly role?: "app" | "admin";
                    /**
                     * @description What the key may do, out of what its role may; null: all of it.
                     * @default null
                     */
                    readonly scopes?: readonly ("sends:write" | "sends:recall" | "messages:read" | "support:resolve" | "templates:read" | "templates:write" | "templates:test" | "campaigns:read" | "campaigns:write" | "campaigns:control" | "audiences:read" | "audiences:write" | "suppressions:read" | "suppressions:write" | "suppressions:export" | "statistics:read" | "webhooks:read" | "webhooks:write" | "accounts:read" | "accounts:write" | "rules:read" | "rules:write" | "apps:read" | "apps:write" | "keys:read" | "keys:write" | "approvals:read" | "approvals:decide" | "users:read" | "users:write" | "maintenance:read" | "audit:read" | "maintenance:run" | "app" | "admin")[] | null;
                    /**
                     * Format: date-time
                     * @description From then on the key is refused with `key_expired`; null: never. A key that expires makes only keys that expire no later.
                     * @default null
                     */
                    readonly expiresAt?: string | null;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["CreatedApiKey"];
                };
            };
        };
    };
    readonly deleteKeysById: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done; no content. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly getUsers: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly components["schemas"]["User"][];
                        readonly pageInfo: {
                            /** @description Give it as `after` to get the next page; null on an empty page. */
                            readonly after: string | null;
                            readonly hasMore: boolean;
                        };
                    };
                };
            };
        };
    };
    readonly postUsers: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 1 to 255 visible ASCII characters. A repeat with the same key and request gets the first answer. */
                readonly "Idempotency-Key"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /**
                     * Format: email
                     * @example ada@example.com
                     */
                    readonly email: string;
                    /** @example Ada */
                    readonly name: string;
                    /**
                     * @description What the person may do: docs/people.md has the table.
                     * @enum {string}
                     */
                    readonly role: "admin" | "editor" | "approver" | "viewer" | "support";
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["InvitedUser"];
                };
            };
        };
    };
    readonly getUsersById: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description An ETag of an answer, several, or `*`. Answered with 304, without a body, when nothing has changed. */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["User"];
                };
            };
        };
    };
    readonly deleteUsersById: {
        readonly parameters: {
            readonly query?: {
                /** @description `true`: revoke the API keys that the person made, of all apps; needs `keys:write`. */
                readonly revokeKeys?: "true" | "false";
            };
            readonly header?: {
                /** @description An ETag of an answer, several, or `*`. Refused with 412 when the resource has changed since. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["DeletedUser"];
                };
            };
        };
    };
    readonly patchUsersById: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description An ETag of an answer, several, or `*`. Refused with 412 when the resource has changed since. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly name?: string;
                    /**
                     * @description What the person may do: docs/people.md has the table.
                     * @enum {string}
                     */
                    readonly role?: "admin" | "editor" | "approver" | "viewer" | "support";
                    /** @enum {string} */
                    readonly state?: "active" | "disabled";
                    /**
                     * @description Revoke the API keys that the person made, of all apps; needs `keys:write`.
                     * @default false
                     */
                    readonly revokeKeys?: boolean;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ChangedUser"];
                };
            };
        };
    };
    readonly postUsersByIdSetPasswordToken: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 1 to 255 visible ASCII characters. A repeat with the same key and request gets the first answer. */
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SetPasswordToken"];
                };
            };
        };
    };
    readonly getApprovals: {
        readonly parameters: {
            readonly query?: {
                readonly status?: "waiting" | "approved" | "rejected" | "replaced" | "withdrawn";
                readonly kind?: "template_version" | "template_settings" | "campaign" | "rule" | "account";
                /** @description Id of a key, or of a person: then with the keys they made. */
                readonly author?: string;
                /** @description Entries per page. */
                readonly limit?: number;
                /** @description `pageInfo.after` of the previous page. */
                readonly after?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly components["schemas"]["Approval"][];
                        readonly pageInfo: {
                            /** @description Give it as `after` to get the next page; null on an empty page. */
                            readonly after: string | null;
                            readonly hasMore: boolean;
                        };
                    };
                };
            };
        };
    };
    readonly getApprovalsById: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApprovalWithChange"];
                };
            };
        };
    };
    readonly postApprovalsByIdApprove: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 1 to 255 visible ASCII characters. A repeat with the same key and request gets the first answer. */
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly note?: string;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApprovalWithChange"];
                };
            };
        };
    };
    readonly postApprovalsByIdReject: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 1 to 255 visible ASCII characters. A repeat with the same key and request gets the first answer. */
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description For whoever asked. */
                    readonly reason: string;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApprovalWithChange"];
                };
            };
        };
    };
    readonly postApprovalsByIdWithdraw: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 1 to 255 visible ASCII characters. A repeat with the same key and request gets the first answer. */
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApprovalWithChange"];
                };
            };
        };
    };
    readonly getAudit: {
        readonly parameters: {
            readonly query?: {
                /** @description Id of the person or key, or the name at the shell. */
                readonly actor?: string;
                /** @description An action, or what stands before its dot: `account`, `app`, `approval`, `audience`, `audit`, `campaign`, `key`, `maintenance`, `message`, `route`, `rule`, `run`, `send`, `session`, `suppression`, `template`, `user`, `webhook`, `webhook_delivery`. */
                readonly action?: string;
                /** @description Kind of subject. */
                readonly subject?: "account" | "app" | "approval" | "audience" | "audit" | "campaign" | "job" | "key" | "message" | "route" | "rule" | "run" | "send" | "suppression" | "template" | "user" | "webhook" | "webhook_delivery";
                /** @description Id of the subject; with `subject`. */
                readonly subjectId?: string;
                /** @description Id of the app that it concerns. */
                readonly app?: string;
                readonly outcome?: "done" | "refused";
                readonly requestId?: string;
                /** @description At this time or later. */
                readonly from?: string;
                /** @description Before this time. */
                readonly until?: string;
                /** @description Entries per page. */
                readonly limit?: number;
                /** @description `pageInfo.after` of the previous page. */
                readonly after?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly components["schemas"]["AuditEntry"][];
                        readonly pageInfo: {
                            /** @description Give it as `after` to get the next page; null on an empty page. */
                            readonly after: string | null;
                            readonly hasMore: boolean;
                        };
                    };
                };
            };
        };
    };
    readonly getHealth: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description It is. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @enum {string} */
                        readonly status: "ok";
                    };
                };
            };
        };
    };
    readonly getReadiness: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description `ok` or `degraded`. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
    readonly postSuppressionsImport: {
        readonly parameters: {
            readonly query?: {
                /** @description Id of the app, or `global`. Default: the key's own app, with an admin key all apps. */
                readonly app?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "text/csv": string;
                readonly "application/x-ndjson": string;
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SuppressionImport"];
                };
            };
        };
    };
    readonly getSuppressionsExport: {
        readonly parameters: {
            readonly query?: {
                /** @description Address, as in a send. */
                readonly to?: string;
                readonly channel?: "email" | "sms";
                readonly reason?: "hard_bounce" | "complaint" | "stop" | "unsubscribe" | "manual";
                /** @description Id of the app, or `global`: the entries for all apps. Default: the key's own, with an admin key every entry. */
                readonly app?: string;
                /** @description `true`: with entries that were lifted. */
                readonly lifted?: "true" | "false";
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/csv": string;
                };
            };
        };
    };
    readonly getAudiencesByIdRejects: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/csv": string;
                };
            };
        };
    };
    readonly getRunEvents: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The stream. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/event-stream": string;
                };
            };
        };
    };
    readonly getRunResult: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The id. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The file. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/csv": string;
                };
            };
        };
    };
    readonly getStatisticsCsv: {
        readonly parameters: {
            readonly query?: {
                /** @description Accepted at this time or later; begins with its hour. Default: seven days before `until`. */
                readonly from?: string;
                /** @description Accepted before this time; ends with its hour. Default: now. */
                readonly until?: string;
                /** @description What figures are told apart by: a list, with commas, of hour, day, template, lane, account, campaign, app. Default: all in one. */
                readonly by?: string;
                /** @description Zone of days. Default: that of the rule `defaults`. */
                readonly timezone?: string;
                /** @description Number or key. */
                readonly template?: string;
                readonly lane?: "email.notice" | "email.marketing" | "email.verification" | "sms.notice" | "sms.marketing" | "sms.verification";
                /** @description Id. */
                readonly account?: string;
                /** @description Id. */
                readonly campaign?: string;
                /** @description Id. An app key has its own only; default of an admin key: all. */
                readonly app?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The file. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/csv": string;
                };
            };
        };
    };
    readonly getAuditCsv: {
        readonly parameters: {
            readonly query?: {
                /** @description Id of the person or key, or the name at the shell. */
                readonly actor?: string;
                /** @description An action, or what stands before its dot: `account`, `app`, `approval`, `audience`, `audit`, `campaign`, `key`, `maintenance`, `message`, `route`, `rule`, `run`, `send`, `session`, `suppression`, `template`, `user`, `webhook`, `webhook_delivery`. */
                readonly action?: string;
                /** @description Kind of subject. */
                readonly subject?: "account" | "app" | "approval" | "audience" | "audit" | "campaign" | "job" | "key" | "message" | "route" | "rule" | "run" | "send" | "suppression" | "template" | "user" | "webhook" | "webhook_delivery";
                /** @description Id of the subject; with `subject`. */
                readonly subjectId?: string;
                /** @description Id of the app that it concerns. */
                readonly app?: string;
                readonly outcome?: "done" | "refused";
                readonly requestId?: string;
                /** @description At this time or later. */
                readonly from?: string;
                /** @description Before this time. */
                readonly until?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The file. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/csv": string;
                };
            };
        };
    };
    readonly postReceipts: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description `twilio`, `aliyun`, `ses`, `sendgrid`, or `generic`: Standard Webhooks. */
                readonly source: string;
                /** @description Id of the account that the receipts belong to. */
                readonly accountId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Kept, with the answer that the provider wants. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Kept. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly postInbound: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description `twilio`, `aliyun`, `ses`, `sendgrid`, or `generic`: Standard Webhooks. */
                readonly source: string;
                /** @description Id of the account that the receipts belong to. */
                readonly accountId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Kept, with the answer that the provider wants. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Kept. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly getSession: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Session"];
                };
            };
        };
    };
    readonly postSession: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @example ada@example.com */
                    readonly email: string;
                    readonly password: string;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Session"];
                };
            };
        };
    };
    readonly deleteSession: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done; no content. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly postSessionPassword: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly currentPassword: string;
                    /** @description 12 to 200 characters, and not the email address. */
                    readonly newPassword: string;
                };
            };
        };
        readonly responses: {
            /** @description Done; no content. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly postSessionSetPassword: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly token: string;
                    /** @description 12 to 200 characters, and not the email address. */
                    readonly password: string;
                };
            };
        };
        readonly responses: {
            /** @description Done; no content. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly getSessionOidc: {
        readonly parameters: {
            readonly query?: {
                /** @description Where to go afterwards: a path on this server. */
                readonly returnTo?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: never;
    };
    readonly getSessionOidcCallback: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: never;
    };
    readonly luminateSend: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @enum {string|null} */
                    readonly code?: "send" | null;
                    readonly messageTemplateId?: number | string | null;
                    readonly messageParam?: {
                        /**
                         * @description Addresses, separated by commas: at most 100.
                         * @example a@b.cn
                         */
                        readonly receiver?: string | number | null;
                        /**
                         * @description For all of these receivers.
                         * @example {
                         *       "name": "Ada",
                         *       "order": 42
                         *     }
                         */
                        readonly variables?: {
                            readonly [key: string]: unknown;
                        } | null;
                        /** @description Comes back with each message. Default: the message's id. */
                        readonly bizId?: string | number | null;
                    } | null;
                };
            };
        };
        readonly responses: {
            /** @description The envelope: `code` `00000`, or why not. Errors have `data: null`. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        /** @description One per receiver, in the order of the request. */
                        readonly data: readonly {
                            readonly messageId: string;
                            /** @description 16 digits: template type, template, day. */
                            readonly businessId: string;
                            readonly bizId: string;
                            /** @description As it was given. */
                            readonly receiver: string;
                        }[];
                    } | {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        readonly data: null;
                    };
                };
            };
        };
    };
    readonly luminateBatchSend: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @enum {string|null} */
                    readonly code?: "send" | null;
                    readonly messageTemplateId?: number | string | null;
                    readonly messageParamList?: readonly ({
                        /**
                         * @description Addresses, separated by commas: at most 100.
                         * @example a@b.cn
                         */
                        readonly receiver?: string | number | null;
                        /**
                         * @description For all of these receivers.
                         * @example {
                         *       "name": "Ada",
                         *       "order": 42
                         *     }
                         */
                        readonly variables?: {
                            readonly [key: string]: unknown;
                        } | null;
                        /** @description Comes back with each message. Default: the message's id. */
                        readonly bizId?: string | number | null;
                    } | null)[] | null;
                };
            };
        };
        readonly responses: {
            /** @description The envelope: `code` `00000`, or why not. Errors have `data: null`. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        /** @description One per receiver, in the order of the request. */
                        readonly data: readonly {
                            readonly messageId: string;
                            /** @description 16 digits: template type, template, day. */
                            readonly businessId: string;
                            readonly bizId: string;
                            /** @description As it was given. */
                            readonly receiver: string;
                        }[];
                    } | {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        readonly data: null;
                    };
                };
            };
        };
    };
    readonly luminateTest: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly id: number | string;
                    readonly receiver?: string | number | null;
                    /**
                     * @description The variables as JSON text.
                     * @example {"code":"1234"}
                     */
                    readonly msgContent?: string | null;
                };
            };
        };
        readonly responses: {
            /** @description The envelope: `code` `00000`, or why not. Errors have `data: null`. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        /** @description One per receiver, in the order of the request. */
                        readonly data: readonly {
                            readonly messageId: string;
                            /** @description 16 digits: template type, template, day. */
                            readonly businessId: string;
                            readonly bizId: string;
                            /** @description As it was given. */
                            readonly receiver: string;
                        }[];
                    } | {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        readonly data: null;
                    };
                };
            };
        };
    };
    readonly luminateSave: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Absent: a new template. */
                    readonly id?: number | string | null;
                    readonly name?: string | null;
                    readonly idType?: number | string | null;
                    /** @description 30 SMS, 40 email. Cannot be changed. */
                    readonly sendChannel?: number | string | null;
                    readonly templateType?: number | string | null;
                    /** @description 10 notice, 20 marketing, 30 verification. Cannot be changed. */
                    readonly msgType?: number | string | null;
                    /** @description Type 10: `0` (at start), or xxl-job's cron line. */
                    readonly expectPushTime?: string | null;
                    /** @example {"content":"Your code is {$code}","url":""} */
                    readonly msgContent?: string | null;
                    /** @description Kept, but routes choose the account. */
                    readonly sendAccount?: number | string | null;
                    readonly creator?: string | null;
                    readonly updator?: string | null;
                    readonly auditor?: string | null;
                    readonly team?: string | null;
                    readonly proposer?: string | null;
                    /** @description Kept, and without effect, as there. */
                    readonly deduplicationTime?: number | string | null;
                    /** @description Kept, and without effect, as there. */
                    readonly isNightShield?: number | string | null;
                    /** @description Type 10: what `/luminate/upload` answered. */
                    readonly cronCrowdPath?: string | null;
                };
            };
        };
        readonly responses: {
            /** @description The envelope: `code` `00000`, or why not. Errors have `data: null`. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        /** @enum {boolean} */
                        readonly data: true;
                    } | {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        readonly data: null;
                    };
                };
            };
        };
    };
    readonly luminateQuery: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Number of the template. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The envelope: `code` `00000`, or why not. Errors have `data: null`. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        readonly data: {
                            readonly id: number;
                            readonly name: string;
                            readonly auditStatus: number;
                            readonly flowId: string;
                            /** @description 10 not started, 20 stopped, 30 running. */
                            readonly msgStatus: number;
                            readonly idType: number;
                            readonly sendChannel: number;
                            readonly templateType: number;
                            readonly msgType: number;
                            readonly expectPushTime: string;
                            readonly msgContent: string;
                            readonly sendAccount: number | string | null;
                            readonly creator: string | null;
                            readonly updator: string | null;
                            readonly auditor: string | null;
                            readonly team: string | null;
                            readonly proposer: string | null;
                            readonly isDeleted: number;
                            /** @description Seconds. */
                            readonly created: number;
                            /** @description Seconds. */
                            readonly updated: number;
                            readonly deduplicationTime: number | null;
                            readonly isNightShield: number | null;
                            readonly cronTaskId: null;
                            readonly cronCrowdPath: string | null;
                        } | null;
                    } | {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        readonly data: null;
                    };
                };
            };
        };
    };
    readonly luminateList: {
        readonly parameters: {
            readonly query?: {
                readonly page?: number;
                readonly perPage?: number;
                /** @description Part of the name. */
                readonly keywords?: string;
                readonly creator?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The envelope: `code` `00000`, or why not. Errors have `data: null`. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        readonly data: {
                            readonly rows: readonly {
                                readonly id: number;
                                readonly name: string;
                                readonly auditStatus: number;
                                readonly flowId: string;
                                /** @description 10 not started, 20 stopped, 30 running. */
                                readonly msgStatus: number;
                                readonly idType: number;
                                readonly sendChannel: number;
                                readonly templateType: number;
                                readonly msgType: number;
                                readonly expectPushTime: string;
                                readonly msgContent: string;
                                readonly sendAccount: number | string | null;
                                readonly creator: string | null;
                                readonly updator: string | null;
                                readonly auditor: string | null;
                                readonly team: string | null;
                                readonly proposer: string | null;
                                readonly isDeleted: number;
                                /** @description Seconds. */
                                readonly created: number;
                                /** @description Seconds. */
                                readonly updated: number;
                                readonly deduplicationTime: number | null;
                                readonly isNightShield: number | null;
                                readonly cronTaskId: null;
                                readonly cronCrowdPath: string | null;
                            }[];
                            readonly count: number;
                        };
                    } | {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        readonly data: null;
                    };
                };
            };
        };
    };
    readonly luminateCopy: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Number of the template. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The envelope: `code` `00000`, or why not. Errors have `data: null`. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        readonly data: {
                            readonly id: number;
                            readonly name: string;
                            readonly auditStatus: number;
                            readonly flowId: string;
                            /** @description 10 not started, 20 stopped, 30 running. */
                            readonly msgStatus: number;
                            readonly idType: number;
                            readonly sendChannel: number;
                            readonly templateType: number;
                            readonly msgType: number;
                            readonly expectPushTime: string;
                            readonly msgContent: string;
                            readonly sendAccount: number | string | null;
                            readonly creator: string | null;
                            readonly updator: string | null;
                            readonly auditor: string | null;
                            readonly team: string | null;
                            readonly proposer: string | null;
                            readonly isDeleted: number;
                            /** @description Seconds. */
                            readonly created: number;
                            /** @description Seconds. */
                            readonly updated: number;
                            readonly deduplicationTime: number | null;
                            readonly isNightShield: number | null;
                            readonly cronTaskId: null;
                            readonly cronCrowdPath: string | null;
                        };
                    } | {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        readonly data: null;
                    };
                };
            };
        };
    };
    readonly luminateDelete: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Number of the template. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The envelope: `code` `00000`, or why not. Errors have `data: null`. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        /** @enum {boolean} */
                        readonly data: true;
                    } | {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        readonly data: null;
                    };
                };
            };
        };
    };
    readonly luminateStart: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Number of the template. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The envelope: `code` `00000`, or why not. Errors have `data: null`. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        /** @enum {boolean} */
                        readonly data: true;
                    } | {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        readonly data: null;
                    };
                };
            };
        };
    };
    readonly luminateStop: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Number of the template. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The envelope: `code` `00000`, or why not. Errors have `data: null`. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        /** @enum {boolean} */
                        readonly data: true;
                    } | {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        readonly data: null;
                    };
                };
            };
        };
    };
    readonly luminateRecall: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @enum {string|null} */
                    readonly code?: "recall" | null;
                    /** @description Alone: all of its messages that wait, and its runs. */
                    readonly messageTemplateId?: number | string | null;
                    /** @description Ids that a send has answered, at most 500. */
                    readonly recallMessageId?: string | readonly string[] | null;
                };
            };
        };
        readonly responses: {
            /** @description The envelope: `code` `00000`, or why not. Errors have `data: null`. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        readonly data: {
                            readonly recalled: number;
                            readonly tooLate: number;
                            /** @description Runs of its campaign that were cancelled, with all that waited in them. */
                            readonly runs: readonly string[];
                            /** @description The first 1,000. */
                            readonly messages: readonly {
                                readonly messageId: string;
                                /** @enum {string} */
                                readonly result: "recalled" | "too_late";
                                /** @enum {string} */
                                readonly status: "accepted" | "deferred" | "sending" | "sent" | "delivered" | "bounced" | "undelivered" | "complained" | "discarded" | "suppressed" | "deduplicated" | "capped" | "shielded" | "recalled" | "expired" | "failed" | "unknown";
                            }[];
                        };
                    } | {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        readonly data: null;
                    };
                };
            };
        };
    };
    readonly luminateRecallTemplate: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Number of the template. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The envelope: `code` `00000`, or why not. Errors have `data: null`. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        readonly data: {
                            readonly recalled: number;
                            readonly tooLate: number;
                            /** @description Runs of its campaign that were cancelled, with all that waited in them. */
                            readonly runs: readonly string[];
                            /** @description The first 1,000. */
                            readonly messages: readonly {
                                readonly messageId: string;
                                /** @enum {string} */
                                readonly result: "recalled" | "too_late";
                                /** @enum {string} */
                                readonly status: "accepted" | "deferred" | "sending" | "sent" | "delivered" | "bounced" | "undelivered" | "complained" | "discarded" | "suppressed" | "deduplicated" | "capped" | "shielded" | "recalled" | "expired" | "failed" | "unknown";
                            }[];
                        };
                    } | {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        readonly data: null;
                    };
                };
            };
        };
    };
    readonly luminateTraceMessage: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly messageId?: string | null;
                };
            };
        };
        readonly responses: {
            /** @description The envelope: `code` `00000`, or why not. Errors have `data: null`. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        readonly data: {
                            readonly items: readonly {
                                readonly businessId: string;
                                /** @description Name of the template. */
                                readonly title: string;
                                /** @example 2023-08-15 10:00:00:消息接收成功==>2023-08-15 10:00:01:消息下发成功==> */
                                readonly detail: string;
                                readonly sendType: string;
                                readonly creator: string;
                            }[];
                        };
                    } | {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        readonly data: null;
                    };
                };
            };
        };
    };
    readonly luminateTraceUser: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly receiver?: string | number | null;
                };
            };
        };
        readonly responses: {
            /** @description The envelope: `code` `00000`, or why not. Errors have `data: null`. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        readonly data: {
                            readonly items: readonly {
                                readonly businessId: string;
                                /** @description Name of the template. */
                                readonly title: string;
                                /** @example 2023-08-15 10:00:00:消息接收成功==>2023-08-15 10:00:01:消息下发成功==> */
                                readonly detail: string;
                                readonly sendType: string;
                                readonly creator: string;
                            }[];
                        };
                    } | {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        readonly data: null;
                    };
                };
            };
        };
    };
    readonly luminateTraceTemplate: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description A business id, or the number of a template: then today. */
                    readonly businessId?: string | number | null;
                };
            };
        };
        readonly responses: {
            /** @description The envelope: `code` `00000`, or why not. Errors have `data: null`. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        readonly data: {
                            readonly title: {
                                readonly text: string;
                            };
                            readonly tooltip: Record<string, never>;
                            readonly legend: {
                                readonly data: readonly string[];
                            };
                            readonly xAxis: {
                                readonly data: readonly string[];
                            };
                            readonly yAxis: Record<string, never>;
                            readonly series: readonly {
                                readonly name: string;
                                /** @enum {string} */
                                readonly type: "bar";
                                readonly data: readonly number[];
                            }[];
                        } | Record<string, never> | null;
                    } | {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        readonly data: null;
                    };
                };
            };
        };
    };
    readonly luminateTraceSms: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Phone number. */
                    readonly receiver?: string | number | null;
                    /** @description A moment of the day, in seconds. */
                    readonly dateTime?: number | string | null;
                };
            };
        };
        readonly responses: {
            /** @description The envelope: `code` `00000`, or why not. Errors have `data: null`. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        readonly data: {
                            readonly items: readonly {
                                /** @description Number of the template. */
                                readonly businessId: string;
                                readonly content: string;
                                readonly sendType: string;
                                readonly sendTime: string;
                                readonly receiveType: string;
                                readonly receiveContent: string;
                                readonly receiveTime: string;
                            }[];
                        };
                    } | {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        readonly data: null;
                    };
                };
            };
        };
    };
    readonly luminateUpload: {
        readonly parameters: {
            readonly query?: {
                /** @description 30 SMS, 40 email. Default: as the first address looks. */
                readonly sendChannel?: "30" | "40";
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "multipart/form-data": {
                    /** Format: binary */
                    readonly file: string;
                };
            };
        };
        readonly responses: {
            /** @description The envelope: `code` `00000`, or why not. Errors have `data: null`. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        readonly data: string;
                    } | {
                        /**
                         * @description `00000`: done; anything else says why not, in `msg`.
                         * @enum {string}
                         */
                        readonly code: "00000" | "00001" | "A0001" | "A0002" | "A0003" | "B0001" | "B0404";
                        readonly msg: string;
                        readonly data: null;
                    };
                };
            };
        };
    };
}
