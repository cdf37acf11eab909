import {spawnSync} from 'node:child_process';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {secretsInLine, withoutSecrets} from '../../../source/engines/command/secrets.ts';
import {lineOf, looseWordsOf, wordsOf} from '../../../source/engines/command/words.ts';

const lines: ReadonlyArray<readonly [line: string, words: readonly string[]]> = [
	['npm run build', ['npm', 'run', 'build']],
	['  a\t b ', ['a', 'b']],
	[`echo 'a b' "c 'd'" e\\ f`, ['echo', 'a b', "c 'd'", 'e f']],
	[`a"b"'c'd ''`, ['abcd', '']],
	['"a\\"b" "\\n" "\\$x"', ['a"b', '\\n', '$x']],
	["echo '$HOME | *'", ['echo', '$HOME | *']],
	['http://host/#part a~b', ['http://host/#part', 'a~b']],
	['', []],
];

test.each(lines)('splits %j as a shell does', (line, words) => {
	expect(wordsOf(line)).toEqual(words);
	const shell = spawnSync('sh', ['-c', `printf '%s\\0' ${line}`], {encoding: 'utf8'});
	expect(shell.stdout.split('\0').slice(0, -1)).toEqual(words.length === 0 ? [''] : words);
});

test.each([
	['a | b', '|'],
	['a && b', '&'],
	['echo $HOME', '$'],
	['echo "$HOME"', '$'],
	['ls *.ts', '*'],
	['echo `date`', '`'],
	['a > file', '>'],
	['~/bin/tool', '~'],
	['a # why', '#'],
	['a\nb', 'a second line'],
	['echo "open', 'a " without its second'],
	["echo 'open", "a ' without its second"],
	['echo \\', 'a \\ at the end'],
])('says what of %j takes a shell', (line, what) => {
	expect(wordsOf(line)).toEqual({needsShell: what});
});

test('finds words in a line for a shell', () => {
	expect(looseWordsOf(`a|b && "c $d" > 'e`)).toEqual(['a', 'b', 'c $d', 'e']);
});

test('any words are written as a line that gives the same words back', () => {
	fc.assert(
		fc.property(fc.array(fc.string({unit: 'grapheme'}), {minLength: 1}), (words) => {
			expect(wordsOf(lineOf(words))).toEqual(words);
		}),
	);
});

test.each([
	['curl -H "Authorization: Bearer abc.def" http://x/', 'curl -H "Authorization: ***" http://x/'],
	['deploy --token=abc --verbose', 'deploy --token=*** --verbose'],
	['deploy --password hunter2 --port 80', 'deploy --password *** --port 80'],
	['API_KEY=k3y npm test | tee log', 'API_KEY=*** npm test | tee log'],
	['psql postgres://ann:s3cret@db/shop', 'psql postgres://ann:***@db/shop'],
	['curl -u ann:s3cret http://x/', 'curl -u ann:*** http://x/'],
	['curl "http://x/?access_token=t0ken&page=2"', 'curl "http://x/?access_token=***&page=2"'],
	['sort --key 2 file2', 'sort --key *** file2'],
	['npm run build', 'npm run build'],
])('keeps no secret of %j', (line, kept) => {
	expect(withoutSecrets(line, secretsInLine(line))).toBe(kept);
});
