import { accountsExamples } from './accounts';
import { approvalsExamples } from './approvals';
import { appsExamples } from './apps';
import { audiencesExamples } from './audiences';
import { auditExamples } from './audit';
import { campaignsExamples } from './campaigns';
import type { Examples } from './example';
import { maintenanceExamples } from './maintenance';
import { messagesExamples } from './messages';
import { rulesExamples } from './rules';
import { runsExamples } from './runs';
import { sendsExamples } from './sends';
import { suppressionsExamples } from './suppressions';
import { statisticsExamples } from './statistics';
import { templatesExamples } from './templates';
import { usersExamples } from './users';
import { webhooksExamples } from './webhooks';

/** Examples of every operation below /v1 that takes and gives JSON, by operation id. */
export const EXAMPLES: Examples = {
  ...accountsExamples,
  ...appsExamples,
  ...approvalsExamples,
  ...audiencesExamples,
  ...auditExamples,
  ...campaignsExamples,
  ...maintenanceExamples,
  ...messagesExamples,
  ...rulesExamples,
  ...runsExamples,
  ...sendsExamples,
  ...suppressionsExamples,
  ...statisticsExamples,
  ...templatesExamples,
  ...usersExamples,
  ...webhooksExamples,
};
