import type { WriteStream } from 'node:tty';

/** How far something is. On a terminal one line that changes; elsewhere a line now and then. */
export interface ProgressBar {
  /** `total` 0: not known. */
  update(done: number, total: number, note: string): void;
  /** Leaves what was last shown. */
  end(): void;
}

const WIDTH = 30;
/** Between two lines where nobody watches, in milliseconds. */
const LINE_EVERY_MS = 5_000;
const REDRAW_EVERY_MS = 100;

/** Draws to `stream`, by default stderr, which leaves stdout to results. */
export function createProgressBar(label: string, stream: WriteStream = process.stderr): ProgressBar {
  const pause = stream.isTTY ? REDRAW_EVERY_MS : LINE_EVERY_MS;
  let drawnAt = 0;
  let latest = '';
  let drawn = '';

  function draw(): void {
    if (latest === drawn) return;
    drawn = latest;
    drawnAt = Date.now();
    stream.write(stream.isTTY ? `\r\u001b[K${latest.slice(0, stream.columns - 1)}` : `${latest}\n`);
  }
  return {
    update(done, total, note) {
      const share = total > 0 ? Math.min(1, done / total) : 0;
      const filled = Math.round(share * WIDTH);
      const bar = stream.isTTY ? `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ` : '';
      const percent = total > 0 ? `${String(Math.floor(share * 100)).padStart(3)} %  ` : '';
      latest = `${label} ${bar}${percent}${note}`;
      if (Date.now() - drawnAt >= pause) draw();
    },
    end() {
      draw();
      if (stream.isTTY && drawn !== '') stream.write('\n');
    },
  };
}
