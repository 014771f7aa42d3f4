namespace DeepBelief.Training;

/// <summary>The optimizer of a run and its hyperparameters. Derive from it, and from <see cref="GradientOptimizer"/>, to add your own.</summary>
/// <example><code>
/// sealed record SignSettings : OptimizerSettings
/// {
///     public override void Validate() { }
///     public override GradientOptimizer Create(IReadOnlyList&lt;TorchSharp.Modules.Parameter&gt; parameters) => new Sign(parameters);
/// }
/// sealed class Sign(IReadOnlyList&lt;TorchSharp.Modules.Parameter&gt; parameters) : GradientOptimizer(parameters)
/// {
///     public override IReadOnlyDictionary&lt;string, Tensor&gt; State { get; } = new Dictionary&lt;string, Tensor&gt;();
///     public override void Step() { using var _ = no_grad(); foreach (var p in Parameters) p.sub_(p.grad!.sign() * LearningRate); }
/// }
/// </code></example>
public abstract record OptimizerSettings
{
    /// <summary>Creates the optimizer of a run, which disposes it.</summary>
    /// <param name="parameters">The parameters to update.</param>
    public abstract GradientOptimizer Create(IReadOnlyList<Parameter> parameters);

    /// <summary>Throws if an option is out of range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Options are out of range; the message names all of them.</exception>
    public abstract void Validate();
}
