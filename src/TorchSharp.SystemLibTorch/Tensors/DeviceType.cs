namespace TorchSharp;

/// <summary>The kinds of devices.</summary>
public enum DeviceType
{
    /// <summary>The main processor.</summary>
    CPU = 0,

    /// <summary>A CUDA device.</summary>
    CUDA = 1,

    /// <summary>Reserved for MKL-DNN.</summary>
    MKLDNN = 2,

    /// <summary>OpenGL.</summary>
    OPENGL = 3,

    /// <summary>OpenCL.</summary>
    OPENCL = 4,

    /// <summary>IDEEP.</summary>
    IDEEP = 5,

    /// <summary>AMD HIP.</summary>
    HIP = 6,

    /// <summary>A field-programmable gate array.</summary>
    FPGA = 7,

    /// <summary>MSNPU.</summary>
    MSNPU = 8,

    /// <summary>XLA.</summary>
    XLA = 9,

    /// <summary>Apple's graphics processor.</summary>
    MPS = 13,

    /// <summary>Shapes without elements.</summary>
    META = 14,
}
