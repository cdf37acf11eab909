import {openStore} from '../../source/store/index.ts';
import {syntheticResult} from '../helpers/result.ts';

// A process that saves so many runs, and says each one's id once it is kept.
const [path, prefix, count] = process.argv.slice(2);
if (path === undefined || prefix === undefined) throw new Error('writer.ts PATH PREFIX COUNT');
const run = syntheticResult({seconds: 20});
const store = await openStore(path);
for (let index = 0; index < Number(count); index++) {
	const id = `${prefix}-${index}`;
	await store.save({...run, id, plan: {...run.plan, id}});
	process.stdout.write(`${id}\n`);
}

await store.close();
