/**
 * One HTTP exchange: to an address that was judged, with bounds for everything, and with nothing left behind.
 *
 * @module
 */
export { type HttpAnswer, postOnce } from "./http-exchange.ts";
export { getOnce, type HttpDocument } from "./http-get.ts";
export {
  type AddressRule,
  guardLookup,
  portOf,
  RefusedAddressError,
  refuseAddress,
} from "./judged-address.ts";
export { proxyVariables } from "./proxy.ts";
