import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

/** A self-signed certificate for 127.0.0.1 and its key, made by openssl; `undefined` where that is not installed. */
export const certificate = (): {readonly key: string; readonly cert: string} | undefined => {
	const folder = mkdtempSync(join(tmpdir(), 'benchtop-tls-'));
	try {
		const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
		const {status} = spawnSync(
			'openssl',
			[
				...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
				...['-keyout', key, '-out', cert, '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'],
			],
			{stdio: 'ignore'},
		);
		return status === 0 ? {key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8')} : undefined;
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
};
