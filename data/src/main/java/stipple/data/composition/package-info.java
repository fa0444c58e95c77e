/**
 * The composition domain: pictures of a few plain shapes on plain ground, where what a caption says can be checked
 * exactly. {@link stipple.data.composition.Scene} is what is drawn, {@link stipple.data.composition.ScenePrompt} what is
 * asked for; {@link stipple.data.composition.Combination} decides for both whether training may see it.
 */
package stipple.data.composition;
