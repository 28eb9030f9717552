namespace ApiLb.TransportTests;

/// <summary>The sockets, pipes and epoll sets of this process. Not its files: the runtime opens those whenever it loads an assembly.</summary>
internal static class Descriptors
{
    public static int Count() => Directory.GetFiles("/proc/self/fd").Count(IsOfTheKernel);

    private static bool IsOfTheKernel(string descriptor) =>
        new FileInfo(descriptor).LinkTarget is { } target && !target.StartsWith('/');
}
