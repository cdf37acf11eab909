// A child process that does what its first message says.
import {spawn} from 'node:child_process';

process.once('message', (order: {readonly act: string}) => {
	switch (order.act) {
		case 'echo':
			process.send?.({
				order,
				argv: process.execArgv,
				word: process.env.MICRO_WORD,
				cwd: process.cwd(),
				nothing: Number.NaN,
			});
			process.disconnect();
			break;
		case 'crash':
			process.stderr.write('first\n\u001b[31mlast words\n', () => process.exit(3));
			break;
		case 'spin': {
			const inner = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {stdio: 'ignore'});
			process.send?.({inner: inner.pid}, () => {
				for (;;);
			});
			break;
		}
		default:
	}
});
