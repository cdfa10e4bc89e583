import type { Knex } from 'knex';
import * as apps from './migrations/20261123_1200_create_apps';
import * as apiKeys from './migrations/20261123_1201_create_api_keys';
import * as templates from './migrations/20261123_1202_create_templates';
import * as templateVersions from './migrations/20261123_1203_create_template_versions';
import * as accounts from './migrations/20261123_1204_create_accounts';
import * as routeEntries from './migrations/20261123_1205_create_route_entries';
import * as sends from './migrations/20261123_1206_create_sends';
import * as messages from './migrations/20261123_1207_create_messages';
import * as dispatches from './migrations/20261123_1208_create_dispatches';
import * as idempotencyKeys from './migrations/20261123_1209_create_idempotency_keys';
import * as messagesSendAt from './migrations/20261125_1200_add_send_at_to_messages';
import * as sendsSendAt from './migrations/20261125_1201_add_send_at_to_sends';
import * as ruleVersions from './migrations/20261125_1300_create_rule_versions';
import * as routesAsRule from './migrations/20261125_1301_carry_routes_over';
import * as noRouteEntries from './migrations/20261125_1302_drop_route_entries';
import * as suppressions from './migrations/20261125_1400_create_suppressions';
import * as receipts from './migrations/20261125_1401_create_receipts';
import * as providerMessageId from './migrations/20261125_1402_index_provider_message_id';
import * as accountHealth from './migrations/20261125_1500_account_health';
import * as sendsAttachments from './migrations/20261125_1600_add_attachments_to_sends';
import * as audiences from './migrations/20261126_1000_create_audiences';
import * as campaigns from './migrations/20261126_1200_create_campaigns';
import * as runs from './migrations/20261126_1201_create_runs';
import * as sendsTotal from './migrations/20261126_1202_widen_sends_total';
import * as messagesOfRuns from './migrations/20261126_1203_messages_of_runs';
import * as chunksOfRuns from './migrations/20261126_1204_chunks_of_runs';
import * as requestsToRuns from './migrations/20261126_1205_order_requests_to_runs';
import * as maintenanceRuns from './migrations/20261126_1400_create_maintenance_runs';
import * as webhookEndpoints from './migrations/20261127_1000_create_webhook_endpoints';
import * as webhookEvents from './migrations/20261127_1001_create_webhook_events';
import * as webhookDeliveries from './migrations/20261127_1002_create_webhook_deliveries';
import * as luminateTemplates from './migrations/20261127_1100_create_luminate_templates';
import * as users from './migrations/20261127_1200_create_users';
import * as sessions from './migrations/20261127_1201_create_sessions';
import * as signInAttempts from './migrations/20261127_1202_create_sign_in_attempts';
import * as keyScopes from './migrations/20261127_1203_scopes_of_keys';
import * as statisticsOfMessages from './migrations/20261127_1300_statistics_of_messages';
import * as pricesOfAccounts from './migrations/20261127_1301_prices_of_accounts';
import * as statHours from './migrations/20261127_1302_create_stat_hours';
import * as statGone from './migrations/20261127_1303_create_stat_gone';
import * as statStates from './migrations/20261127_1304_create_stat_states';
import * as statRuns from './migrations/20261127_1305_create_stat_runs';
import * as approvals from './migrations/20261128_1000_create_approvals';
import * as approvalsOfVersions from './migrations/20261128_1001_approvals_of_versions';
import * as personsOfKeys from './migrations/20261128_1002_persons_of_keys';
import * as approvalOfCampaigns from './migrations/20261128_1100_approval_of_campaigns';
import * as auditLog from './migrations/20261128_1200_create_audit_log';
import * as auditHead from './migrations/20261128_1201_create_audit_head';
import * as auditChain from './migrations/20261128_1202_begin_audit_chain';
import * as numberedWebhookEvents from './migrations/20261130_0900_number_webhook_events';
import * as appliedReceipts from './migrations/20261130_1000_index_applied_receipts';
import * as statLooks from './migrations/20261130_1001_create_stat_looks';
import * as exactnessOfStatStates from './migrations/20261130_1002_exactness_of_stat_states';
import * as countHoursAnew from './migrations/20261130_1003_count_hours_anew';

/**
 * Every migration by name, in order; never edited after a release, only added to. Named here without a file ending,
 * because knex would record `.ts` and `.js` as two different histories. One statement each: MySQL commits on DDL.
 */
const MIGRATIONS: Readonly<Record<string, Knex.Migration>> = {
  '20261123_1200_create_apps': apps,
  '20261123_1201_create_api_keys': apiKeys,
  '20261123_1202_create_templates': templates,
  '20261123_1203_create_template_versions': templateVersions,
  '20261123_1204_create_accounts': accounts,
  '20261123_1205_create_route_entries': routeEntries,
  '20261123_1206_create_sends': sends,
  '20261123_1207_create_messages': messages,
  '20261123_1208_create_dispatches': dispatches,
  '20261123_1209_create_idempotency_keys': idempotencyKeys,
  '20261125_1200_add_send_at_to_messages': messagesSendAt,
  '20261125_1201_add_send_at_to_sends': sendsSendAt,
  '20261125_1300_create_rule_versions': ruleVersions,
  '20261125_1301_carry_routes_over': routesAsRule,
  '20261125_1302_drop_route_entries': noRouteEntries,
  '20261125_1400_create_suppressions': suppressions,
  '20261125_1401_create_receipts': receipts,
  '20261125_1402_index_provider_message_id': providerMessageId,
  '20261125_1500_account_health': accountHealth,
  '20261125_1600_add_attachments_to_sends': sendsAttachments,
  '20261126_1000_create_audiences': audiences,
  '20261126_1200_create_campaigns': campaigns,
  '20261126_1201_create_runs': runs,
  '20261126_1202_widen_sends_total': sendsTotal,
  '20261126_1203_messages_of_runs': messagesOfRuns,
  '20261126_1204_chunks_of_runs': chunksOfRuns,
  '20261126_1205_order_requests_to_runs': requestsToRuns,
  '20261126_1400_create_maintenance_runs': maintenanceRuns,
  '20261127_1000_create_webhook_endpoints': webhookEndpoints,
  '20261127_1001_create_webhook_events': webhookEvents,
  '20261127_1002_create_webhook_deliveries': webhookDeliveries,
  '20261127_1100_create_luminate_templates': luminateTemplates,
  '20261127_1200_create_users': users,
  '20261127_1201_create_sessions': sessions,
  '20261127_1202_create_sign_in_attempts': signInAttempts,
  '20261127_1203_scopes_of_keys': keyScopes,
  '20261127_1300_statistics_of_messages': statisticsOfMessages,
  '20261127_1301_prices_of_accounts': pricesOfAccounts,
  '20261127_1302_create_stat_hours': statHours,
  '20261127_1303_create_stat_gone': statGone,
  '20261127_1304_create_stat_states': statStates,
  '20261127_1305_create_stat_runs': statRuns,
  '20261128_1000_create_approvals': approvals,
  '20261128_1001_approvals_of_versions': approvalsOfVersions,
  '20261128_1002_persons_of_keys': personsOfKeys,
  '20261128_1100_approval_of_campaigns': approvalOfCampaigns,
  '20261128_1200_create_audit_log': auditLog,
  '20261128_1201_create_audit_head': auditHead,
  '20261128_1202_begin_audit_chain': auditChain,
  '20261130_0900_number_webhook_events': numberedWebhookEvents,
  '20261130_1000_index_applied_receipts': appliedReceipts,
  '20261130_1001_create_stat_looks': statLooks,
  '20261130_1002_exactness_of_stat_states': exactnessOfStatStates,
  '20261130_1003_count_hours_anew': countHoursAnew,
};

const source: Knex.MigrationSource<string> = {
  getMigrations: async () => Object.keys(MIGRATIONS),
  getMigrationName: (name) => name,
  getMigration: async (name) => {
    const migration = MIGRATIONS[name];
    if (!migration) throw new Error(`There is no migration ${name}.`);
    return migration;
  },
};

/** Brings the database up to date and returns the names of the migrations that ran; safe to call from many processes at once. */
export async function migrate(knex: Knex): Promise<string[]> {
  const [, names] = (await knex.migrate.latest({ migrationSource: source, tableName: 'migrations' })) as [
    number,
    string[],
  ];
  return names;
}

/** The migrations that have not run yet; empty when the database is up to date. */
export async function pendingMigrations(knex: Knex): Promise<string[]> {
  const [, pending] = (await knex.migrate.list({ migrationSource: source, tableName: 'migrations' })) as [
    unknown,
    string[],
  ];
  return pending;
}
