import type { HandOver } from '../../domain/hand-over';
import { maskText } from '../../domain/mask';

/** A request that got no answer. */
export interface Silence {
  readonly message: string;
  /** Node's or axios's code. */
  readonly code?: string | undefined;
  /** The request never had an open connection: it cannot have reached anyone. */
  readonly unsent: boolean;
}

function codeOf(code: string, unsent: boolean): string {
  if (/^(ECONNABORTED|ETIMEDOUT|ESOCKETTIMEDOUT)$/.test(code)) return 'timeout';
  if (/^(ENOTFOUND|EAI_)/.test(code)) return 'dns';
  if (/CERT|^ERR_TLS|^ERR_SSL|SELF_SIGNED|^EPROTO$/.test(code)) return 'tls';
  return unsent ? 'connect' : 'connection_lost';
}

/** Translates silence: not sent when the request never left, else a doubt, since no provider here takes an idempotency key. */
export function fromSilence({ message, code, unsent }: Silence): HandOver {
  return {
    class: unsent ? 'unavailable' : 'ambiguous',
    code: codeOf(code ?? '', unsent),
    detail: maskText(message),
  };
}
