// Looks at the board with a made-up run, by hand:
//   npx esbuild test/tui/try.ts --bundle --platform=node --format=esm --outfile=/tmp/try.mjs \
//     --external:react-devtools-core --define:process.env.NODE_ENV='"production"' --define:process.env.DEV='"false"' \
//     "--banner:js=import{createRequire as __require}from'node:module';const require=__require(import.meta.url);"
//   node /tmp/try.mjs [seconds] [busy] [plain]
import {appendFileSync} from 'node:fs';
import {show} from '../../source/tui/index.tsx';
import {fakeRun, fakeSource} from '../helpers/fake-source.ts';

const [seconds = '60', busy = '45', kind = ''] = process.argv.slice(2);
const began = process.cpuUsage();
const start = performance.now();
const run = {
	...fakeRun,
	duration: Number(seconds) * 1000 - fakeRun.warmup,
	busy: Number(busy),
	baseline: kind !== 'plain',
};
const refresh = process.env.TRY_REFRESH;
const leaving = await show(fakeSource(run), {
	stdin: process.stdin,
	stdout: process.stdout,
	environment: process.env,
	...(refresh === undefined ? {} : {refresh: Number(refresh)}),
});
const used = process.cpuUsage(began);
const line = `${leaving.how} ${leaving.signal ?? ''} cpu ${(used.user + used.system) / 10 / (performance.now() - start)} %\n`;
process.stdout.write(line);
if (process.env.TRY_LOG !== undefined) appendFileSync(process.env.TRY_LOG, line);
