import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState, type FormEvent } from "react";
import { signIn, type Session } from "../../api/client";
import { getSessionQueryKey } from "../../api/client/@tanstack/react-query.gen";
import { problemOf, wordsOf } from "../../api/problem";
import { Button, TextField, useCountdown } from "../../kit";

/** Address and password; wrong ones are said at the field, too many count down. */
export function SignInForm(props: { email?: string; onDone: (session: Session) => void }) {
  const [email, setEmail] = useState(props.email ?? "");
  const [password, setPassword] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const client = useQueryClient();
  const attempt = useMutation({
    mutationFn: async () => (await signIn({ body: { email, password } })).data,
    meta: { isSessionCheck: true },
    onSuccess: (session) => {
      client.setQueryData(getSessionQueryKey(), session);
      props.onDone(session);
    },
    onError: () => {
      field.current?.focus();
      field.current?.select();
    },
  });
  const problem = attempt.error ? problemOf(attempt.error) : null;
  const wait = useCountdown(problem?.kind === "too-many" ? (problem.retryAfter ?? 1) : 0);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wait === 0 && !attempt.isPending) attempt.mutate();
  };
  const isWrong = problem?.kind === "signed-out" || problem?.kind === "invalid";
  return (
    <form className="grid gap-4" onSubmit={submit}>
      <TextField
        label="Email"
        type="email"
        name="email"
        autoComplete="username"
        isRequired
        autoFocus={!props.email}
        value={email}
        onChange={setEmail}
      />
      <TextField
        label="Password"
        type="password"
        name="password"
        autoComplete="current-password"
        isRequired
        autoFocus={Boolean(props.email)}
        value={password}
        onChange={setPassword}
        inputRef={field}
        error={isWrong ? "The email or the password is wrong." : undefined}
      />
      {problem && !isWrong && wait === 0 && problem.kind !== "too-many" ? (
        <p className="banner bad" role="alert">
          {wordsOf(problem, "The sign-in").what} {wordsOf(problem, "The sign-in").next}
        </p>
      ) : null}
      <div aria-live="polite">
        <Button
          type="submit"
          variant="primary"
          isPending={attempt.isPending}
          why={wait > 0 ? <TooMany seconds={problem?.retryAfter ?? 1} left={wait} /> : undefined}
        >
          Sign in
        </Button>
      </div>
    </form>
  );
}

/** Said once, with the whole time; the seconds tick for the eye only. */
function TooMany({ seconds, left }: { seconds: number; left: number }) {
  return (
    <>
      Too many attempts. <span className="sr">Try again in {seconds} s.</span>
      <span aria-hidden="true">Try again in {left} s.</span>
    </>
  );
}
