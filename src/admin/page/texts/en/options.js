/** */
export default {};
