/** What clients of other people's servers share: when to ask again, and after how long. */
package stipple.model.http;
