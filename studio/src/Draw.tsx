import { Details } from './Details';
import { Gallery } from './Gallery';
import { Queue } from './Queue';
import { SettingsForm } from './SettingsForm';
import { Stage } from './Stage';

/** The main page: the form, the picture, what is known about it, and everything that was drawn. */
export function Draw() {
  return (
    <div class="draw">
      <h1 class="hidden">Draw a picture</h1>
      <SettingsForm />
      <div class="work">
        <div class="shown">
          <Stage />
          <Details />
        </div>
        <Queue />
        <Gallery />
      </div>
    </div>
  );
}
