/** What pictures are worth: rewards as plug-ins with a common interface, combined by weights. */
package stipple.train.reward;
