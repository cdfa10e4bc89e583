import { z } from 'zod';
import { MAINTENANCE_JOBS, MAINTENANCE_STATES } from '../../domain/maintenance';
import { pageOf, timeSchema } from './common';

export const jobSchema = z.enum(MAINTENANCE_JOBS);

export const jobParams = z.object({ job: z.string().describe(`One of ${MAINTENANCE_JOBS.join(', ')}.`) });

const runSchema = z.strictObject({
  state: z.enum(MAINTENANCE_STATES),
  startedAt: timeSchema,
  endedAt: timeSchema,
  counts: z
    .record(z.string(), z.number())
    .describe('What it did.')
    .meta({ example: { messages: 1200, receipts: 900 } }),
  warnings: z.array(z.string()).describe('What was not as it should be.'),
});

/** A job with what it did the last times. */
export const maintenanceJobSchema = z
  .strictObject({
    job: jobSchema,
    paused: z.boolean().nullable().describe('It runs only by hand. `null` while Temporal is away.'),
    nextAt: timeSchema.nullable(),
    running: z.boolean().nullable().describe('`null` while Temporal is away.'),
    links: z.strictObject({ running: z.array(z.string()).describe('Its workflows that run, in the Temporal Web UI.') }),
    runs: z.array(runSchema).describe('The last ones that ended, newest first.'),
  })
  .meta({ id: 'MaintenanceJob' });

export const maintenanceSchema = pageOf(maintenanceJobSchema);

export const startedJobSchema = z
  .strictObject({ job: jobSchema, links: z.strictObject({ temporal: z.string() }) })
  .meta({ id: 'StartedMaintenanceJob' });
