/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/http/spark-http.h"
#include "server/store/spark-store.h"

G_BEGIN_DECLS

/*
 * How creators sign in to a server: OAuth 2.0 authorization code with PKCE in the person's own
 * browser, back to a loopback address (RFC 6749, 7636, 8252, 9700). Serves /oauth/… and the
 * metadata of RFC 8414. There is no session in the browser: each sign-in asks for the password.
 */
typedef struct _SparkSignInFace SparkSignInFace;

SparkSignInFace *spark_sign_in_face_new (SparkStore *store);
/* Before the listeners begin; the face must outlive @http. */
void spark_sign_in_face_add_routes (SparkSignInFace *self, SparkHttp *http);
/* After the listeners have ended. */
void spark_sign_in_face_free (SparkSignInFace *self);

G_END_DECLS
