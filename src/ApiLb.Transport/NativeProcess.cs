using System.Runtime.InteropServices;

namespace ApiLb.Transport;

/// <summary>The process as the kernel sees it.</summary>
internal static unsafe partial class NativeProcess
{
    /// <summary>
    /// Runs a program in place of this one: the same process, with the descriptors that are not close-on-exec, and nothing else of what it
    /// was (execve(2)).
    /// </summary>
    /// <param name="path">The program.</param>
    /// <param name="arguments">Its own name first; each ends with NUL, as in <c>/proc/PID/cmdline</c>.</param>
    /// <param name="environment"><c>NAME=value</c>; each ends with NUL, as in <c>/proc/PID/environ</c>.</param>
    /// <returns>A negated errno, if it returns.</returns>
    public static int Become(string path, ReadOnlySpan<byte> arguments, ReadOnlySpan<byte> environment)
    {
        fixed (byte* first = arguments)
        fixed (byte* variable = environment)
        {
            var argv = Pointers(first, arguments);
            var envp = Pointers(variable, environment);
            fixed (nint* argvStart = argv)
            fixed (nint* envpStart = envp)
            {
                return execve(path, argvStart, envpStart) < 0 ? -Marshal.GetLastPInvokeError() : 0;
            }
        }
    }

    /// <summary>Where each string begins, and the null after the last.</summary>
    private static nint[] Pointers(byte* start, ReadOnlySpan<byte> strings)
    {
        List<nint> all = [];
        for (var at = 0; at < strings.Length; at += strings[at..].IndexOf((byte)0) + 1)
        {
            all.Add((nint)(start + at));
        }

        return [.. all, 0];
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int execve(string path, nint* argv, nint* envp);
}
