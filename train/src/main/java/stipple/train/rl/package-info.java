/**
 * Reinforcement learning on the flow head: groups of pictures per prompt, their rewards compared with each other, and the
 * log-probability of the sampler's steps recomputed in one parallel pass (NextStep-GRPO, Flow-GRPO arXiv 2505.05470).
 */
package stipple.train.rl;
