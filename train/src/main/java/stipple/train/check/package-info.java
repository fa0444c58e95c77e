/** What a run would need, found out before it starts. */
package stipple.train.check;
