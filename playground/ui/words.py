"""The words of the two drawn elements, in the visitor's language."""

from __future__ import annotations

from playground.charts.curves import CurveLabels
from playground.ui.components.curves import CurvesTexts
from playground.ui.components.picture import PictureTexts
from playground.ui.language import _, once_a_language


@once_a_language
def curve_words(validates: bool = False) -> CurvesTexts:
    """Return the words of the live curves; places in braces are filled in by the browser.

    Args:
        validates: whether the run holds validation pictures out, and its curves are of these.
    """
    watched = _validation_words() if validates else _test_words()
    return CurvesTexts(
        labels=CurveLabels(
            epoch=_("Epochs trained"),
            loss=_("Loss"),
            accuracy=_("Accuracy"),
            training=_("Training"),
            training_epoch=_("Training, epoch mean"),
            test=_("Test"),
            validation=_("Validation"),
        ),
        rate=_("learning rate {value}"),
        stop={
            "loss": _("stop when training loss < {value}"),
            "accuracy": _("stop when training accuracy > {value}"),
            "val_loss": watched["val_loss"],
            "val_accuracy": watched["val_accuracy"],
        },
        empty=_("The curves appear here. Press Train."),
        chart=watched["chart"],
        progress=_("Progress of the training"),
        seconds=_("{seconds} s"),
        minutes=_("{minutes} min {seconds} s"),
        queued=_("Waiting: {ahead} in front of you · about {wait} to go"),
        queued_next=_("You are next · training starts in about {wait}"),
        queued_soon=_("You are next. Training starts as soon as a worker is free."),
        gave_way=_("Gave way to others · epoch {epoch} of {epochs} · resumes in about {wait}"),
        preparing=_("Building and compiling the network …"),
        running=_("Epoch {epoch} of {epochs} · {elapsed} elapsed · about {left} left"),
        paused=_("Paused in epoch {epoch} of {epochs} · {elapsed} trained"),
        finished=_("Finished · {done} of {epochs} epochs · {elapsed}"),
        stopped=_("Stopped · {done} of {epochs} epochs · {elapsed}"),
        diverged=_("Diverged · {done} of {epochs} epochs · {elapsed}"),
        failed=_("Broken off · {done} of {epochs} epochs · {elapsed}"),
        recorded=_("Recorded training run · {done} of {epochs} epochs · {elapsed}"),
        epoch_end=watched["epoch_end"],
        no_chart=_("The chart's code could not be fetched. A plain chart follows."),
        modebar={
            "Download plot as a PNG": _("Download plot as a PNG"),
            "Zoom in": _("Zoom in"),
            "Zoom out": _("Zoom out"),
            "Reset axes": _("Reset axes"),
            "Double-click to zoom back out": _("Double-click to zoom back out"),
            "Double-click on legend to isolate one trace": _(
                "Double-click on legend to isolate one trace"
            ),
            "Sorry, there was a problem downloading your image!": _(
                "Sorry, there was a problem downloading your image!"
            ),
        },
    )


def _test_words() -> dict[str, str]:
    return {
        "val_loss": _("stop when test loss < {value}"),
        "val_accuracy": _("stop when test accuracy > {value}"),
        "chart": _("Loss and accuracy against epochs, for training and test pictures"),
        "epoch_end": _(
            "Epoch {epoch} of {epochs}: training loss {loss}, test loss {val_loss}, "
            "test accuracy {val_accuracy}."
        ),
    }


def _validation_words() -> dict[str, str]:
    return {
        "val_loss": _("stop when validation loss < {value}"),
        "val_accuracy": _("stop when validation accuracy > {value}"),
        "chart": _("Loss and accuracy against epochs, for training and validation pictures"),
        "epoch_end": _(
            "Epoch {epoch} of {epochs}: training loss {loss}, validation loss {val_loss}, "
            "validation accuracy {val_accuracy}."
        ),
    }


@once_a_language
def picture_words() -> PictureTexts:
    """Return the words of the picture and its bars; places in braces are filled in by the browser."""
    return PictureTexts(
        label=_("label"),
        guess=_("guess"),
        bars=_("The network’s probabilities"),
        percent=_("{value}%"),
        alt=_("Test picture {index}: labelled {label}, guessed {guess} with {percent}"),
        alt_unguessed=_("Test picture {index}: labelled {label}"),
        no_probabilities=_("The bars appear here as soon as training begins."),
        undefined=_("No bars: the network’s answers are not numbers any more."),
        after=_("After {epochs} epochs of training"),
    )
