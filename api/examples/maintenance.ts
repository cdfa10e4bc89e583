import type { Examples } from './example';

/** Examples of the operations on maintenance. */
export const maintenanceExamples: Examples = {
  getMaintenance: {
    response: {
      items: [{ job: 'retention', paused: true, nextAt: null, running: false, links: { running: [] }, runs: [] }],
      pageInfo: { after: null, hasMore: false },
    },
  },
  postMaintenanceByJobRun: {
    response: {
      job: 'retention',
      links: { temporal: 'http://127.0.0.1:8233/namespaces/test-acbd6461/workflows/maintenance%2Fretention-by-hand' },
    },
  },
};
