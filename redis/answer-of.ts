/**
 * The answer to a command. Rejects with a `RedisAwayError` when there is none: no connection, or no answer in time;
 * the command may have run all the same. Errors that Redis itself reports pass unchanged.
 */
export async function answerOf<T>(command: Promise<T>): Promise<T> {
  try {
    return await command;
  } catch (error) {
    if (!(error instanceof Error) || error.name === 'ReplyError') throw error;
    const why = error.message.includes('enableOfflineQueue') ? 'no connection' : error.message;
    const away = new Error(`Redis did not answer (${why}). The call may be repeated when it is back.`, {
      cause: error,
    });
    away.name = 'RedisAwayError';
    throw away;
  }
}
