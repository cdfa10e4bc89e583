import { createKnex } from '../db/create-knex';
import { createAuditStore, type AuditHead, type AuditVerification } from '../db/stores/audit-store';
import { databaseUrl, tellFailure } from './database-url';

const USAGE = `Usage:
  npm run audit -- verify [NUMBER:HASH ...]
    reads the whole audit log and says whether it is as it was written. What it prints last, kept elsewhere and given
    again later, proves also that nothing up to there was written anew or taken away from the end.`;

function notedHead(text: string): AuditHead {
  const [, id, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (id === undefined || hash === undefined) throw new Error(`"${text}" is no NUMBER:HASH.\n${USAGE}`);
  return { id: Number(id), hash };
}

const BROKEN = {
  missing: 'is missing',
  changed: 'is not as it was written, or the one before it was taken away or put in',
  added: 'was put in behind the end of the chain',
  not_as_noted: 'has another hash than the one that was noted: the log was written anew',
} as const;

function tell(found: AuditVerification): void {
  if (found.ok) {
    console.log(`${found.head.id} entries, all as they were written. Keep this elsewhere:`);
    console.log(`${found.head.id}:${found.head.hash}`);
    return;
  }
  console.error(`Entry ${found.id} ${BROKEN[found.broken]}. See docs/audit.md.`);
  process.exitCode = 1;
}

/** `npm run audit`: proves the audit log. Exit code 1: it is broken, or could not be read. */
async function main(): Promise<void> {
  const [command, ...noted] = process.argv.slice(2);
  if (command !== 'verify') throw new Error(USAGE);
  const heads = noted.map(notedHead);
  const knex = createKnex(databaseUrl(process.env), 1);
  try {
    tell(await createAuditStore(knex).verify(heads));
  } finally {
    await knex.destroy();
  }
}

main().catch(tellFailure);
