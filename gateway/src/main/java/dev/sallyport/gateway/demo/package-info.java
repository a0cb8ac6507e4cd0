/**
 * The main job on real parts, told step by step. Start with {@link
 * dev.sallyport.gateway.demo.DemoStory}.
 */
@NullMarked
package dev.sallyport.gateway.demo;

import org.jspecify.annotations.NullMarked;
