// `npm run bench`: every figure beside a peer or beside itself without, in one run. `npm run bench -- startup` runs one.
import {command} from './command.ts';
import {io} from './io.ts';
import {say} from './measure.ts';
import {micro} from './micro.ts';
import {recording} from './recording.ts';
import {startup} from './startup.ts';
import {store} from './store.ts';
import {terminal} from './terminal.ts';

const benches: Readonly<Record<string, () => void | Promise<void>>> = {
	startup,
	recording,
	terminal,
	command,
	io,
	micro,
	store,
};
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in benches));
if (unknown.length > 0) {
	say(`There is no bench ${unknown.join(', ')}. Benches: ${Object.keys(benches).join(', ')}`);
	process.exitCode = 2;
} else {
	for (const [name, bench] of Object.entries(benches)) {
		if (wanted.length > 0 && !wanted.includes(name)) continue;
		await bench();
		say();
	}
}
