import {expect, test} from 'vitest';
import {isExporter} from '../../source/config/watch-flags.ts';

test.each([
	['http://db.example:9100', true],
	['https://db.example/node/metrics?collect[]=cpu', true],
	['http://me:secret@db.example:9100', false],
	['http://db.example:9100/metrics?token=secret', false],
	['http://db.example:9100/metrics?api%5Fkey=secret', false],
	['ftp://db.example', false],
	['db.example:9100', false],
] as const)('%s can be kept as the address of a node_exporter: %s', (text, can) => {
	expect(isExporter(text)).toBe(can);
});
