/** Preference training: pairs of pictures, of which one is better, and the flow-matching DPO loss. */
package stipple.train.dpo;
