using System.Diagnostics.CodeAnalysis;
using DeepBelief.Training;
using TorchSharp.Modules;

namespace DeepBelief.Benchmarks.Cuda;

/// <summary>Sees a run from within its loop: each epoch as it begins, and each update.</summary>
/// <param name="atEpoch">Called with the number of epochs that have begun.</param>
/// <param name="atStep">Called before an update, with the number of updates, this one included.</param>
internal sealed class StepWatch(Action<int>? atEpoch = null, Action<int>? atStep = null)
{
    private int epochs;
    private int steps;

    public void BeginEpoch() => atEpoch?.Invoke(++epochs);

    [SuppressMessage("Naming", "CA1716", Justification = "The usual name in machine learning.")]
    public void Step() => atStep?.Invoke(++steps);
}

/// <summary>An optimizer's settings, with a watch on its steps.</summary>
internal sealed record WatchedSettings(OptimizerSettings Inner, StepWatch Watch) : OptimizerSettings
{
    public override GradientOptimizer Create(IReadOnlyList<Parameter> parameters) => new Watched(Inner.Create(parameters), Watch);

    public override void Validate() => Inner.Validate();

    private sealed class Watched(GradientOptimizer inner, StepWatch watch) : GradientOptimizer(inner.Parameters)
    {
        public override double LearningRate
        {
            get => inner.LearningRate;
            set => inner.LearningRate = value;
        }

        public override IReadOnlyDictionary<string, Tensor> State => inner.State;

        public override void BeginEpoch(int epoch, int epochs)
        {
            watch.BeginEpoch();
            inner.BeginEpoch(epoch, epochs);
        }

        public override void Step()
        {
            watch.Step();
            inner.Step();
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
