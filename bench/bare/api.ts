import express from 'express';
import { createKnex } from '../../db/create-knex';
import { newId } from '../../domain/ids';

/** A bare Express handler that does the two inserts of an accepted send, into tables of the same form, and nothing else. */
const knex = createKnex(process.env['DATABASE_URL'] ?? '', 10);
const app = express();
app.use(express.json());
app.post('/sends', async (req, res) => {
  const { to } = req.body as { to: string };
  const [id, message, now] = [newId('snd'), newId('msg'), new Date()];
  const common = { app_id: id, template_id: 1, template_version: 1, lane: 'email.notice', created_at: now };
  await knex.transaction(async (trx) => {
    await trx('bench_sends').insert({ id, ...common, total: 1 });
    const own = { id: message, send_id: id, position: 0, address: to, variables: '{"order":1}', status: 'accepted' };
    await trx('bench_messages').insert({ ...common, ...own, updated_at: now });
  });
  res.status(202).json({ id, messages: [{ id: message }] });
});
app.listen(Number(process.env['PORT']), '127.0.0.1', () => {
  console.log('bare API started');
});
