import {expect, test} from 'vitest';
import {familyOf} from '../../source/core/outcome.ts';

test.each([
	['404', '4xx'],
	['503', '5xx'],
	['timeout before send', 'timeout'],
	['skipped', 'timeout'],
	['timeout in the pool', 'timeout'],
	['ECONNRESET', 'connection'],
	['closed before response', 'connection'],
	['TLS CERT_HAS_EXPIRED', 'connection'],
	['exit 1', 'other'],
	['check status (200)', 'other'],
	['check $.handshake', 'other'],
	['capture handshake', 'other'],
	['template: handshake is not set', 'other'],
	['body cannot be decoded', 'other'],
])('%s is of the family %s', (outcome, family) => {
	expect(familyOf(outcome)).toBe(family);
});
