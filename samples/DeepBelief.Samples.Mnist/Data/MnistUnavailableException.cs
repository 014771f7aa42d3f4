namespace DeepBelief.Samples.Mnist.Data;

/// <summary>
/// MNIST can't be had: nowhere found, or found and not what it should be. The message tells what was tried and what to do.
/// </summary>
internal sealed class MnistUnavailableException : Exception
{
    public MnistUnavailableException()
    {
    }

    public MnistUnavailableException(string message)
        : base(message)
    {
    }

    public MnistUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
