namespace TorchSharp.Modules;

/// <summary>The options of a group of parameters; those that are null take the optimizer's.</summary>
public class OptimizerOptions
{
    /// <summary>The learning rate.</summary>
    public double? LearningRate { get; set; }

    /// <summary>The learning rate at the start, which schedules refer to.</summary>
    public double InitialLearningRate { get; set; }

    /// <summary>Copies other options.</summary>
    public virtual void LoadStateDict(OptimizerOptions source)
    {
        InitialLearningRate = source.InitialLearningRate;
        LearningRate = source.LearningRate;
    }
}
