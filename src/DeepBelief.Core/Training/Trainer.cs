using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>
/// A training run that is kept, to train some epochs, look at the model, and train on: optimizer, chains, order of the rows and
/// random numbers go on where they stopped. <c>StartTraining</c> makes it; <c>Fit</c> is a trainer that is run once.
/// </summary>
/// <remarks>
/// <para><see cref="OptimizationOptions.Epochs"/> is the plan. However its epochs are divided among calls of
/// <see cref="Train"/>, the run ends bit-identical to that of <c>Fit</c>. Between calls the model may be evaluated, sampled from,
/// saved and copied, other models may be trained, and the caller's dispose scopes may end. Weights that are assigned to the model in
/// between are what training goes on from. Its parameters must remain the same objects: not moved to another device or element type.
/// The rows, which the trainer does not copy, must remain as they are.</para>
/// <para>Beyond the plan, every epoch is the last of a plan that ends with it: a schedule has its last value, or falls on if its values
/// do not depend on the number of epochs. After each, the model is what it would be at the end, the mean of the parameters with
/// <see cref="OptimizationOptions.Averaging"/>, over as many updates as planned, or the best with
/// <see cref="OptimizationOptions.Patience"/>; training goes on from the parameters of the last update all the same. Once
/// early stopping has ended the run, there are no more epochs.</para>
/// <para>A checkpoint is also saved at the end of each call of <see cref="Train"/>. A trainer that starts from a checkpoint goes on
/// after its epochs.</para>
/// <para>The model is not the trainer's, and stays when the trainer is disposed. A trainer serves one thread at a time, not always the
/// same one.</para>
/// </remarks>
/// <example><code>
/// using var trainer = rbm.StartTraining(images, new() { Epochs = 60 });
/// while (!trainer.IsFinished)
/// {
///     trainer.Train(epochs: 10);
///     rbm.Save($"rbm-{trainer.Epoch}.pt");
/// }
/// </code></example>
/// <typeparam name="TMetrics">The metrics of the run, such as <see cref="EpochMetrics"/> or, of a classifier, <see cref="ClassifierMetrics"/>.</typeparam>
public sealed class Trainer<TMetrics> : IDisposable
{
    private readonly object model;
    private readonly Func<IEnumerable<Parameter>> parameters;
    private readonly ITrainingLoop<TMetrics> loop;
    private readonly IDisposable[] owned;
    private bool isTraining;
    private bool isDisposed;

    /// <summary>Creates a trainer that owns its loop and what it needs.</summary>
    internal Trainer(object model, Func<IEnumerable<Parameter>> parameters, ITrainingLoop<TMetrics> loop, params IDisposable[] needs)
    {
        (this.model, this.parameters, this.loop) = (model, parameters, loop);
        owned = [loop, .. needs];
    }

    /// <summary>The layer, from 1, that progress counts.</summary>
    internal int Layer { get; init; } = 1;

    /// <summary>The number of layers that progress counts.</summary>
    internal int Layers { get; init; } = 1;

    /// <summary>Number of finished epochs.</summary>
    public int Epoch => loop.Epoch;

    /// <summary>True if all planned epochs are done or early stopping has ended the run.</summary>
    public bool IsFinished => loop.IsFinished;

    /// <summary>The metrics of each finished epoch.</summary>
    public TrainingHistory<TMetrics> History => loop.History;

    /// <summary>Trains for some more epochs.</summary>
    /// <remarks>
    /// After a call that ended in an exception, such as a cancelled one, the next begins the broken-off epoch again, from the
    /// parameters that the model has.
    /// </remarks>
    /// <param name="epochs">Number of epochs, 1 or more; null, the default, for the rest of the plan. Early stopping may end the run before.</param>
    /// <param name="progress">Receives the run's progress.</param>
    /// <param name="cancellationToken">Checked before each batch; on cancellation the model keeps its current parameters.</param>
    /// <returns>The metrics of each finished epoch, also of earlier calls.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number of epochs is less than 1.</exception>
    /// <exception cref="TrainingDivergedException">A parameter or the monitored value became NaN or infinite.</exception>
    /// <exception cref="TrainingCanceledException{TMetrics}">The token was cancelled; the exception has the finished epochs.</exception>
    /// <exception cref="GroupFailedException">Another rank of <see cref="OptimizationOptions.Group"/> has failed, is gone, or has other parameters.</exception>
    /// <exception cref="IOException">The checkpoint could not be written; an existing file is unchanged.</exception>
    /// <exception cref="InvalidOperationException">The model's trained parameters are other objects than at the start, or the trainer is training.</exception>
    /// <exception cref="ObjectDisposedException">The trainer or the model is disposed.</exception>
    public TrainingHistory<TMetrics> Train(int? epochs = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (isTraining)
            throw new InvalidOperationException("Expected a trainer at rest, found one that is training.");
        return loop.Group is { } ranks ? ranks.Run(Alone) : Alone();

        TrainingHistory<TMetrics> Alone()
        {
            Check(epochs);
            loop.Group?.Agree(new Dictionary<string, string> { ["epochs"] = epochs is { } given ? FormattableString.Invariant($"{given}") : "the rest of the plan" }, nameof(epochs));
            isTraining = true;
            try
            {
                loop.Run(epochs, new ProgressReporter(progress, Layer, Layers), cancellationToken);
                return loop.History;
            }
            finally
            {
                isTraining = false;
                if (isDisposed)
                    Release();
            }
        }
    }

    /// <summary>Ends the run and frees its memory, but for the model, the data and the history. Amid training, after it.</summary>
    public void Dispose()
    {
        if (isDisposed)
            return;
        isDisposed = true;
        if (!isTraining)
            Release();
    }

    private void Check(int? epochs)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        if (epochs is { } number)
            Guard.Size(number, nameof(epochs));
        Lifetime.Check(model);
        if (!parameters().Where(parameter => parameter.requires_grad).SequenceEqual<object>(loop.Parameters, ReferenceEqualityComparer.Instance))
            throw new InvalidOperationException("Expected the trained parameters that the run began with, found others. A model that was moved, or whose parameters were frozen, needs a new trainer.");
    }

    private void Release()
    {
        foreach (var item in owned)
            item.Dispose();
    }
}
