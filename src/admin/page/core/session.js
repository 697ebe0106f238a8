/** Who is signed in, and what he may do. */

import { get, post, remove, setCsrf } from './api.js';

/** @typedef {{id: number, version: number, login: string, role: 'provider' | 'owner' | 'operator', enabled: boolean, active: boolean, cap: number | null, rate: number, email: string, has_password: boolean}} Account */

/** @type {{account: Account, csrf: string, scopes: string[]} | null} */
let session = null;

/** The account that is signed in. @returns {Account} */
export const me = () => /** @type {any} */ (session).account;

export const isSignedIn = () => session !== null;

/** Whether the account has one of these roles. @param {...string} roles */
export const is = (...roles) => session !== null && roles.includes(session.account.role);

/** Asks the server who is signed in; fails with 401 if nobody is. */
export async function resume() {
  return begin(await get('session'));
}

/** @param {string} login @param {string} password */
export async function signIn(login, password) {
  return begin(await post('session', { login, password }));
}

/** Uses a one-time link. @param {{token: string, login?: string, password: string}} answer */
export async function useLink(answer) {
  return begin(await post('link', answer));
}

export async function signOut() {
  await remove('session');
  forget();
}

/** Nobody is signed in any more. */
export function forget() {
  session = null;
  setCsrf('');
}

/** What the account says now. @param {Account} account */
export function updateMe(account) {
  if (session) session.account = account;
}

/** The session goes on under another name, as after a new password. @param {{account: Account, csrf: string, scopes: string[]}} answer */
export const renew = (answer) => begin(answer);

function begin(answer) {
  session = answer;
  setCsrf(answer.csrf);
  return answer;
}
