import { SMTPServer } from 'smtp-server';

/** The SMTP sink as a process of its own: takes every mail and tells its parent each recipient with the time. */
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  disableReverseLookup: true,
  onData(stream, session, done) {
    const to = session.envelope.rcptTo[0]?.address;
    stream.resume();
    stream.once('end', () => {
      process.send?.({ to, at: Date.now() });
      done();
    });
  },
});
server.on('error', () => undefined);
server.listen(Number(process.env['PORT']), '127.0.0.1', () => {
  console.log('sink started');
});
