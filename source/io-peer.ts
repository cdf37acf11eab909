// The other end of a loopback load: takes as many bytes as a request says follow, and answers with as many as it wants.
import {createServer} from 'node:net';
import {parentPort} from 'node:worker_threads';

const headBytes = 8;

const server = createServer({noDelay: true}, (socket) => {
	const head = new Uint8Array(headBytes);
	const told = new DataView(head.buffer);
	let [inHead, following] = [0, 0];
	let answer = new Uint8Array(0);
	socket.on('data', (bytes) => {
		for (let at = 0; at < bytes.length; ) {
			if (inHead < headBytes) {
				head[inHead] = bytes[at]!;
				inHead += 1;
				at += 1;
				if (inHead < headBytes) continue;
				following = told.getUint32(0);
				const wanted = told.getUint32(4);
				if (answer.length !== wanted) answer = new Uint8Array(wanted);
			} else {
				const some = Math.min(following, bytes.length - at);
				following -= some;
				at += some;
			}

			if (inHead === headBytes && following === 0) {
				inHead = 0;
				socket.write(answer);
			}
		}
	});
	// The client says what became of it.
	socket.on('error', () => {});
});
server.listen(0, '127.0.0.1', () => {
	const address = server.address();
	parentPort?.postMessage(typeof address === 'object' ? address?.port : undefined);
});
