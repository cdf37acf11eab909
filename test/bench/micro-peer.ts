// Measures one function with one peer in a process of its own, and prints nanoseconds of a call: PEER NAME.
import {measure} from 'mitata';
import {Bench} from 'tinybench';
import functions from './micro-functions.ts';

const [peer, wanted] = process.argv.slice(2);
const [, run] = Object.entries(functions).find(([name]) => name === wanted) ?? [];
if (run === undefined) throw new Error(`There is no function ${wanted}.`);

const byTinybench = async (): Promise<number> => {
	const bench = new Bench({time: 500});
	bench.add('run', run);
	const [task] = await bench.run();
	const result = task?.result;
	if (result === undefined || !('latency' in result)) throw new Error('tinybench gave no result.');
	return result.latency.p50 * 1e6;
};

process.stdout.write(`${peer === 'mitata' ? (await measure(run)).p50 : await byTinybench()}\n`);
