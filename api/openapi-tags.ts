/** The groups of operations, in the order of the documentation. */
export const TAGS = [
  { name: 'Sends', description: 'Hand over messages to recipients: durable from the 202 on.' },
  { name: 'Messages', description: 'What became of each message, step by step; recall what has not gone out.' },
  { name: 'Campaigns', description: 'A template, an audience and a schedule: now, once, or by cron in a time zone.' },
  { name: 'Runs', description: 'One sending of a campaign: its progress, its pace, its result row by row.' },
  { name: 'Audiences', description: 'Uploaded files of recipients.' },
  { name: 'Templates', description: 'What is sent: content with variables, in versions that never change.' },
  { name: 'Suppressions', description: 'Addresses that must not be contacted, and why.' },
  { name: 'Accounts', description: 'Credentials of providers, their health and their rates.' },
  { name: 'Routes', description: 'Which accounts serve a lane, by weight and in failover order.' },
  { name: 'Rules', description: 'Windows, caps, quiet hours, rates: in force within a second, with history.' },
  { name: 'Statistics', description: 'How many messages came to what, how fast, and at what cost.' },
  { name: 'Maintenance', description: 'The jobs that keep the system small and whole.' },
  { name: 'Apps and keys', description: 'The businesses that send, and their API keys.' },
  {
    name: 'Webhooks',
    description: 'Yours, which we tell of events; and those that providers call with receipts and replies.',
  },
  { name: 'People', description: 'Who may sign in, and with which role.' },
  { name: 'Sessions', description: 'Signing in and out, for people.' },
  { name: 'luminate (compatibility)', description: "The ancestor's endpoints, with its envelope and its codes." },
  { name: 'Health', description: 'For whoever runs the processes.' },
];
