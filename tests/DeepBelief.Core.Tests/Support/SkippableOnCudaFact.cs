namespace DeepBelief.Tests.Support;

/// <summary>A test of what happens where there is no CUDA device.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SkippableOnCudaFactAttribute : FactAttribute
{
    public SkippableOnCudaFactAttribute()
    {
        if (torch.cuda.is_available())
            Skip = "A CUDA device is available.";
    }
}
