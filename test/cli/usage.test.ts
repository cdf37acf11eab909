import {mkdirSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import manifest from '../../package.json' with {type: 'json'};
import {newHome, runCli} from '../helpers/cli.ts';

describe('help and version', () => {
	test('--version is the package’s', async () => {
		expect(await runCli(['--version'])).toMatchObject({code: 0, stdout: `${manifest.version}\n`, stderr: ''});
	});

	test('--help lists every command, wherever it stands', async () => {
		for (const words of [['--help'], ['--json', '--help'], [], ['history', '--help']]) {
			const {code, stdout, stderr} = await runCli(words);
			expect([code, stderr]).toEqual([0, '']);
			expect(stdout).toContain(words[0] === 'history' ? 'Usage: benchtop history' : 'benchtop compare <base> [run]');
		}
	});

	test('the schema is JSON Schema', async () => {
		const {code, stdout} = await runCli(['schema', 'report']);
		expect(code).toBe(0);
		expect(JSON.parse(stdout)).toMatchObject({$schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object'});
	});
});

describe('wrong input says what, where and what next, with exit code 2', () => {
	const url = 'http://127.0.0.1:9';
	test.each<[readonly string[], string, string]>([
		[['--conections', '5', url], 'There is no flag --conections.', 'Did you mean --connections?'],
		[['-Z', url], 'There is no flag -Z.', '--help'],
		[['-c', 'many', url], '--connections takes a whole number, not "many".', 'open connections'],
		[['-c', '0', url], '--connections 0 is out of range.', 'The least is 1.'],
		[['-c', '1.5', url], '--connections takes a whole number', 'open connections'],
		[['-c', '-5', url], '--connections takes a whole number', ''],
		[['-d', '10 parsecs', url], '--duration takes a duration such as 500ms, 30s or 5m, not "10 parsecs".', ''],
		[['-d', '0', url], '--duration 0 is out of range.', 'The least is 1 ms.'],
		[['-R', 'NaN', url], '--rate takes a number, not "NaN".', ''],
		[['-R', url], '--rate takes a number, not "http://127.0.0.1:9".', ''],
		[[url, '-d'], '-d needs a value.', 'time to measure'],
		[['--engine', 'autocanon', url], '--engine "autocanon" is not known.', 'Did you mean autocannon?'],
		[['--steps', '3', '-R', '5', url], '--steps needs a ramp', '-R 100..2000'],
		[['--arrivals', 'poisson', url], '--arrivals needs a rate', '-R 500'],
		[['-R', '5..', url], '--rate takes a number or two of them', '-R 100..2000'],
		[['-R', '5..9', '--amount', '20', url], 'A ramp needs a time', 'Use -d'],
		[['--unix', '/a', '--connect-to', 'b:1', url], '--connect-to and --unix exclude each other', 'Give one'],
		[['--connect-to', 'nowhere', url], '--connect-to takes HOST:PORT', '127.0.0.1:8080'],
		[['--cert', 'a.pem', url], '--cert and --key go together', 'Give both'],
		[['--ca', '/no/such/file', url], '--ca: the file cannot be read', 'Check the path'],
		[['--unix', '/a', '--proxy', 'http://b:1', url], '--proxy and --unix exclude each other', 'Give one'],
		[['--http2', '--no-keep-alive', url], '--http2 and --no-keep-alive exclude each other', 'Give one'],
		[['--follow', '-p', '2', url], '--follow takes one request in flight', '--http2'],
		[['--proxy', 'proxy:3128', url], '--proxy takes a URL like http://', 'CONNECT'],
		[['--proxy', 'https://secret@proxy', url], '--proxy takes a URL like http://', 'CONNECT'],
		[['--http2', '--engine', 'autocannon', url], '--http2 is not for the engine autocannon', '--engine http'],
		[['--no-keep-alive', '-p', '2', url], '--no-keep-alive and --pipelining exclude', 'Give one'],
		[['--insecure', '--engine', 'autocannon', url], '--insecure is not for the engine autocannon', '--engine http'],
		[['-H', 'no colon here', url], "-H takes 'Name: value'; this one has no colon.", 'Accept'],
		[['-H', 'bad name: x', url], '"bad name" is no header name', ''],
		[['-b', 'a', '--body-file', 'b', url], '--body and --body-file exclude each other.', ''],
		[['--body-file', '/nowhere/at/all', url], 'The body cannot be read: ENOENT', '--body-file'],
		[['ftp://host/file', '-c', '1'], 'only http:// and https:// can be loaded, not ftp://.', ''],
		[['http://:::', '-c', '1'], 'is not a URL.', 'http://localhost:3000'],
		[['histroy'], '"histroy" is neither a command nor a URL.', 'Did you mean benchtop history?'],
		[[url, 'http://127.0.0.1:10'], 'One URL at a time', ''],
		[['--quiet=yes', url], '--quiet is a switch and takes no value.', ''],
		[['-c', '1', '-c', '2', url], '--connections was given 2 times.', ''],
		[['-w', '4', '-c', '2', url], '4 threads cannot share 2 connections.', 'Use -w 2'],
		[['--amount', '5', '-d', '1s', url], '--amount and --duration exclude each other.', ''],
		[['--amount', '5', url], '--amount 5 is less than one request for each of 10 connections.', 'Use -c 5'],
		[['--json', '--ndjson', url], '--json and --ndjson both want standard output.', ''],
		[['--store', 'a.db', '--no-save', url], '--store and --no-save exclude each other.', ''],
		[['--json=/nowhere/at/all.json', url], '/nowhere/at/all.json cannot be written: ENOENT', 'Does its folder exist'],
		[['--store', 'postgres://host/db', url], 'The history postgres://host/db ', 'keep the history in a file'],
		[['--store', '/proc/nowhere/history.db', url], '/proc/nowhere', ''],
		[['--pid', '4194303', url], 'There is no process 4194303.', '--watch-port'],
		[['-R', '1.5', '--engine', 'autocannon', url], 'it sends whole requests per second', ''],
		[['-R', '3', '-w', '4', url], '4 threads cannot share 3 requests per second.', '-w 1'],
		[['--name', '', url], 'A name or a tag needs a letter.', ''],
		[['-H', 'Content-Length: 3', url], 'Content-Length follows from the body', ''],
		[['--name', '-x', url], '--name needs a value.', '--name=-x'],
		[['--baseline', 'x', '--no-save', url], '--baseline and --no-save exclude each other', ''],
		[['replay', '/etc/hostname'], 'is no event log of benchtop', 'benchtop history'],
		[['schema', 'reprot'], 'There is no schema "reprot".', 'Did you mean report?'],
		[['replay', 'zzz'], 'There is no event log for "zzz"', 'benchtop history'],
		[['--theme', 'drak', url], 'There is no theme "drak".', 'Themes: "dark"'],
		[['--color', 'truecolour', url], '--color "truecolour" is not known.', 'Did you mean truecolor?'],
		[['--charset', 'brail', url], '--charset "brail" is not known.', 'One of: auto, braille, block, ascii.'],
		[['--layout', 'latecny', url], '--layout "latecny" is not known.', 'Did you mean latency?'],
		[['--refresh', '5ms', url], '--refresh 5ms is out of range.', 'The least is 100 ms.'],
		[['themes', 'drak'], 'There is no theme "drak".', 'Themes: "dark"'],
		[['config', 'gte'], 'benchtop config knows no "gte".', 'Did you mean get?'],
		[['attach'], 'No benchmark is running.', 'benchtop history'],
		[['demo', 'nowhere'], 'benchtop demo takes a path', '/slow'],
	])('%j', async (words, message, hint) => {
		const {code, stdout, stderr} = await runCli(words);
		expect(stderr).toContain(message);
		expect(stderr).toContain(hint);
		expect(stderr).not.toMatch(/^\s+at /m);
		expect([code, stdout]).toEqual([2, '']);
	});

	test('less than one request per second is a rate, of one thread', async () => {
		const {code, stdout} = await runCli(['-R', '0.5', '-d', '200ms', '--no-save', 'http://127.0.0.1:9']);
		expect([code, stdout]).toEqual([4, expect.stringContaining('refused the connection')]);
	});

	test('an output that cannot be written is found before the load, and leaves nothing behind', async () => {
		const home = newHome();
		mkdirSync(join(home.folder, 'taken'));
		const {code, stderr} = await runCli(['--json=taken', 'http://127.0.0.1:9'], home);
		expect([code, stderr]).toEqual([2, expect.stringContaining('taken is a folder.')]);
		expect(readdirSync(home.folder)).toEqual(['taken']);
	});
});
