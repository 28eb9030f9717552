namespace ApiLb.Import;

/// <summary>What is imported, and what is known about the host for which it was written.</summary>
/// <param name="File">Its name, for comments.</param>
/// <param name="Text">Its content.</param>
/// <param name="CaFile">Where checks of apiservers find the cluster's CA when the file does not say.</param>
/// <param name="Environment">The value of an environment variable; null: not set.</param>
internal sealed record ImportSource(string File, string Text, string CaFile, Func<string, string?> Environment);
